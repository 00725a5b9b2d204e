import assert from "node:assert/strict";
import { parseQueueAddress, withoutSecrets } from "../../../lib/app/queue/address.ts";

Deno.test("an address says where the queue is, and is shown without its password", () => {
  const cases: [string, Record<string, unknown>][] = [
    ["redis://h", { host: "h", port: 6379, prefix: "segad", shown: "redis://h:6379" }],
    ["redis://h:7/3", { port: 7, shown: "redis://h:7/3" }],
    ["rediss://joe:pa%40ss@h?prefix=team-a&ca=/c.pem", {
      ...{ prefix: "team-a", ca: "/c.pem", shown: "rediss://joe:***@h:6379" },
    }],
    ["redis://joe@h", { shown: "redis://joe@h:6379" }],
    ["redis://[::1]:7", { host: "::1", port: 7 }],
  ];
  for (const [url, expected] of cases) {
    const found = parseQueueAddress(url);
    for (const [name, value] of Object.entries(expected)) assert.equal(found[name as keyof typeof found], value, url);
  }
});

Deno.test("what is no address is refused without repeating it", () => {
  const wrong = [
    "",
    "no url: s3cret",
    "http://:s3cret@h",
    "redis://:s3cret@h/name",
    "redis://:s3cret@h?x=1",
    "redis:///1",
    "redis://:s3cret@h?prefix=a:b",
  ];
  for (const url of wrong) {
    assert.throws(() => parseQueueAddress(url), (error: Error) => {
      assert.ok(error instanceof SyntaxError && !error.message.includes("s3cret"), error.message);
      return true;
    }, url);
  }
});

Deno.test("passwords are taken out of any text", () => {
  const text = "connect redis://:a.b-c@h:1 and rediss://joe:x%20y@k failed, redis://plain:6379 did not";
  assert.equal(
    withoutSecrets(text),
    "connect redis://:***@h:1 and rediss://joe:***@k failed, redis://plain:6379 did not",
  );
});
