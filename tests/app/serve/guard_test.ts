/** Who may ask. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../lib/app/serve/http/errors.ts";
import { admit, isLoopback, isSignedIn, LOOPBACK, sameText, sessionCookie } from "../../../lib/app/serve/http/guard.ts";

const TOKEN = "correct-horse-battery";

function code(
  headers: Record<string, string>,
  guard: Parameters<typeof admit>[1],
  open = false,
  url = "http://127.0.0.1:8000/v1/projects",
) {
  try {
    admit(new Request(url, { headers }), guard, open);
    return "admitted";
  } catch (error) {
    assert.ok(error instanceof ServiceError);
    return error.code;
  }
}

Deno.test("a token is the whole token, in a header or as the cookie that was given for it", () => {
  const guard = { token: TOKEN };
  assert.equal(code({}, guard), "unauthorised");
  assert.equal(code({}, guard, true), "admitted");
  assert.equal(code({ authorization: `Bearer ${TOKEN}` }, guard), "admitted");
  assert.equal(code({ authorization: `bearer   ${TOKEN}` }, guard), "admitted");
  for (const wrong of [TOKEN, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, "Bearer "]) {
    assert.equal(code({ authorization: wrong }, guard), "unauthorised", wrong);
  }
  const [cookie] = sessionCookie(TOKEN).split(";");
  assert.equal(code({ cookie: `a=b; ${cookie}; c=d` }, guard), "admitted");
  assert.equal(code({ cookie: `${cookie}0` }, guard), "unauthorised");
  assert.equal(code({ cookie: `segad_session=${TOKEN}` }, guard), "unauthorised");
  // A wrong header is not mended by a cookie.
  assert.equal(code({ cookie, authorization: "Bearer wrong" }, guard), "unauthorised");
  assert.ok(!isSignedIn(new Request("http://a"), TOKEN));
  assert.match(sessionCookie(undefined), /Max-Age=0/);
});

Deno.test("a page of another origin is refused, whatever it shows, but for the one that is named", () => {
  const authorization = `Bearer ${TOKEN}`;
  const at = { authorization, origin: "https://evil.example" };
  assert.equal(code(at, { token: TOKEN }), "forbidden");
  assert.equal(code(at, { token: TOKEN }, true), "forbidden");
  assert.equal(code(at, { token: TOKEN, cors: "https://mes.example" }), "forbidden");
  assert.equal(code(at, { token: TOKEN, cors: "https://evil.example" }), "admitted");
  assert.equal(code({ origin: "http://127.0.0.1:8000" }, {}), "admitted");
  assert.equal(code({ origin: "http://127.0.0.1:8001" }, {}), "forbidden");
  assert.equal(code({ origin: "null" }, {}), "forbidden");
  // A picture or a script that another page names; a link to the page may be followed.
  assert.equal(code({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, {}), "forbidden");
  assert.equal(code({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, {}), "admitted");
  assert.equal(code({ "sec-fetch-site": "same-origin" }, {}), "admitted");
});

Deno.test("without a token only names of the machine itself are answered", () => {
  const guard = { hosts: LOOPBACK };
  for (const host of ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"]) {
    assert.equal(code({}, guard, false, `http://${host}/`), "admitted", host);
  }
  // A name that leads here as its owner wishes it to.
  assert.equal(code({}, guard, true, "http://rebound.example:8000/"), "forbidden");
  assert.deepEqual(["127.0.0.1", "127.1.2.3", "::1", "localhost"].map(isLoopback), [true, true, true, true]);
  assert.deepEqual(["0.0.0.0", "::", "192.168.0.2", "127.0.0.1.example", "1270.0.0.1"].map(isLoopback), [
    ...[false, false, false, false, false],
  ]);
});

Deno.test("texts are compared whole, of any length", () => {
  assert.ok(sameText("", "") && sameText("é", "é"));
  assert.ok(!sameText("a", "") && !sameText("a", "aa") && !sameText("a", "A"));
});
