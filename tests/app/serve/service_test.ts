/** The service over HTTP: what is judged, what is refused, and what a kill leaves. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { put, run, withFolder } from "../cli/product.ts";
import { freshPart, type Json, makeRun, start, until } from "./service.ts";

Deno.test("a service judges what it is sent, and refuses what it cannot judge", async (t) => {
  await withFolder(async (folder) => {
    const { run: model } = await makeRun(folder);
    const [good, bad] = [await freshPart(1, false), await freshPart(1, true)];
    const files = [await put(join(folder, "good.png"), good), await put(join(folder, "bad.png"), bad)];
    await using service = await start([
      ...["--run", `plate=${model}`, "--run", `other=${model}`, "--project", join(folder, "station")],
      ...["--body", "0.2", "--max-pixels", "20000"],
    ]);

    await t.step("a score is the one that the command prints, to the last digit", async () => {
      const { out } = await run("score", "--run", model, "--format", "jsonl", ...files);
      const lines = out.trim().split("\n").map((line) => JSON.parse(line));
      for (const [i, bytes] of [good, bad].entries()) {
        const { score, decision, statistics } = await service.score(bytes, "?project=plate");
        assert.deepEqual([score, decision, statistics], [lines[i].score, lines[i].decision, lines[i].reason]);
      }
    });

    await t.step(
      "without details and without keeping, the score is the same and nothing else is looked for",
      async () => {
        const whole = await service.score(bad, "?project=plate&store=0");
        const brief = await service.score(bad, "?project=plate&store=0&details=0");
        assert.deepEqual([brief.score, brief.decision, brief.links], [whole.score, whole.decision, null]);
        assert.equal(brief.reason, whole.statistics);
        assert.ok(whole.segments.length > 0 && !("segments" in brief) && !("box" in brief));
        // What is kept has them, whatever the answer leaves out.
        const { part } = await service.score(bad, "?project=plate&details=0");
        assert.deepEqual((await service.get(`/v1/parts/${part}`)).verdict.segments, whole.segments);
      },
    );

    await t.step("a form with several files has a verdict for each, one that cannot be read too", async () => {
      const form = new FormData();
      form.append("a", new Blob([bad]), "a.png");
      form.append("a", new Blob(["no picture"]), "b.png");
      form.append("c", new Blob([good]), "c.png");
      const { results } = await (await service.fetch("/v1/score?project=plate", { method: "POST", body: form })).json();
      const single = await service.score(bad, "?project=plate&name=a.png");
      assert.deepEqual(results.map(({ name }: Json) => name), ["a.png", "b.png", "c.png"]);
      assert.deepEqual(results.map(({ decision }: Json) => decision === "unread"), [false, true, false]);
      assert.match(results[1].error, /Cannot decode "b.png" as it is text/);
      assert.equal(results[0].score, single.score);
      assert.equal(results[0].part, single.part);
      assert.deepEqual(results[0].segments, single.segments);
    });

    await t.step("raw frames of 8 bits, grey or RGB, are judged as the PNG of the same pixels", async () => {
      const { data, info } = await sharp(bad).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const size = `width=${info.width}&height=${info.height}`;
      const wanted = await service.score(bad, "?project=plate");
      const frame = await service.score(new Uint8Array(data), `?project=plate&${size}&format=rgb8`);
      assert.equal(frame.score, wanted.score);
      const grey = Uint8Array.from({ length: data.length / 3 }, (_, i) => data[3 * i]);
      const raw = { width: info.width, height: info.height, channels: 1 } as const;
      const png = new Uint8Array(await sharp(grey, { raw }).toColourspace("b-w").png().toBuffer());
      const [a, b] = [
        await service.score(png, "?project=plate"),
        await service.score(grey, `?project=plate&${size}&format=grey8`),
      ];
      assert.equal(b.score, a.score);
      // What is kept of the frame is a file of the same samples.
      const kept = new Uint8Array(await (await service.fetch(b.links.picture)).arrayBuffer());
      assert.deepEqual(new Uint8Array(await sharp(kept).toColourspace("b-w").raw().toBuffer()), grey);
    });

    await t.step("a frame of 16 bits is refused without a depth, with the reason", async () => {
      const answer = await service.fetch("/v1/score?project=plate&width=64&height=64&format=grey16", {
        method: "POST",
        body: new Uint8Array(64 * 64 * 2),
      });
      assert.equal(answer.status, 422);
      assert.match((await answer.json()).error.message, /16 bits a sample/);
    });

    await t.step(
      "a frame of another length, a picture that is none, too many bytes and pixels are refused",
      async () => {
        const cases: [BodyInit, string, number, RegExp][] = [
          [new Uint8Array(10), "&width=64&height=64&format=grey8", 400, /4096 bytes: 10 came/],
          [new Uint8Array(10), "&width=64&height=64", 400, /must all be named/],
          [new Uint8Array(), "", 400, /body is empty/],
          [good.slice(0, 300), "", 422, /truncated/],
          [new Uint8Array(200_001), "", 413, /200000 bytes/],
          [
            new Uint8Array(200 * 200),
            "&width=200&height=200&format=grey8",
            422,
            /200 × 200 pixels, more than the limit of 20000/,
          ],
        ];
        for (const [body, query, status, message] of cases) {
          const answer = await service.fetch(`/v1/score?project=plate${query}`, { method: "POST", body });
          const text = await answer.text();
          assert.equal(answer.status, status, text);
          assert.match(JSON.parse(text).error.message, message);
        }
      },
    );

    await t.step("a body without its length is counted as it comes", async () => {
      let sent = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 50_000;
          controller.enqueue(new Uint8Array(50_000));
          if (sent > 5_000_000) controller.close();
        },
      });
      const answer = await service.fetch("/v1/score?project=plate", { method: "POST", body }).catch(() => undefined);
      // The service may close before all was sent.
      if (answer) assert.equal(answer.status, 413, await answer.text());
      assert.ok((await service.fetch("/health")).ok);
    });

    await t.step("models are called by name, and must be where there are several", async () => {
      const [plate, other] = [await service.score(bad, "?project=plate"), await service.score(bad, "?model=other")];
      assert.equal(plate.score, other.score);
      assert.deepEqual([plate.project, other.project], ["plate", "other"]);
      const unnamed = await service.fetch("/v1/score", { method: "POST", body: bad });
      assert.equal(unnamed.status, 400);
      assert.match((await unnamed.json()).error.message, /other,plate/);
      const unknown = await service.fetch("/v1/score?project=none", { method: "POST", body: bad });
      assert.equal(unknown.status, 404, await unknown.text());
    });

    await t.step("a part has its picture, drawings and what its score is made of", async () => {
      const { part, links, score } = await service.score(bad, "?project=plate");
      const picture = new Uint8Array(await (await service.fetch(links.picture)).arrayBuffer());
      assert.deepEqual(picture, bad);
      for (
        const [path, format] of [[links.overlay, "png"], [links.map, "png"], [links.thumbnail, "jpeg"], [
          links.judged,
          "jpeg",
        ]]
      ) {
        const answer = await service.fetch(path);
        assert.equal(answer.status, 200);
        assert.equal((await sharp(new Uint8Array(await answer.arrayBuffer())).metadata()).format, format);
      }
      const { contributions, bias, verdict } = await service.get(links.details);
      assert.equal(verdict.score, score);
      const sum = contributions.reduce((sum: number, { logit }: Json) => sum + logit, bias);
      assert.ok(Math.abs(sum - score) < 1e-3 * Math.max(1, Math.abs(score)), `${sum} and ${score}`);
      assert.equal((await service.get(`/v1/parts/${part}`)).verdict.score, score);
    });

    await t.step("nothing is kept where that is wished", async () => {
      const before = (await service.get("/v1/projects/plate")).counts.judged;
      const { part, links, score } = await service.score(await freshPart(2, true), "?project=plate&store=0");
      assert.deepEqual([part, links], [0, null]);
      assert.ok(Number.isFinite(score));
      assert.equal((await service.get("/v1/projects/plate")).counts.judged, before);
    });

    await t.step("every route that answers is in the document, with what it takes", async () => {
      const document = await service.get("/openapi.json");
      assert.equal(document.openapi, "3.1.0");
      for (const [path, operations] of Object.entries<Json>(document.paths)) {
        for (const [method, operation] of Object.entries<Json>(operations)) {
          const answer = await service.fetch(path.replaceAll(/\{\w+\}/g, "0"), {
            method: method.toUpperCase(),
            body: null,
          });
          await answer.body?.cancel();
          assert.notEqual(answer.status, 405, `${method} ${path}`);
          assert.ok(operation.summary.length > 0 && operation.responses.default, path);
        }
      }
      const { parameters } = document.paths["/v1/score"].post;
      assert.ok(parameters.some(({ name }: Json) => name === "format"));
    });

    await t.step("figures count verdicts", async () => {
      const text = await (await service.fetch("/metrics")).text();
      assert.match(text, /segad_verdicts_total\{project="plate",decision="(good|bad)"\} \d+/);
      assert.match(text, /segad_waiting 0/);
      assert.match(text, /segad_refused_total\{code="unreadable"\} \d/);
    });

    await t.step("SIGTERM ends it when the parts in hand have their verdicts", async () => {
      const pending = service.score(await freshPart(3, false), "?project=plate");
      await new Promise((resolve) => setTimeout(resolve, 5));
      const status = await service.kill("SIGTERM");
      assert.equal(status.code, 0, service.said());
      assert.ok(Number.isFinite((await pending).score));
    });
  });
});

Deno.test("a kill at any moment loses no verdict that was answered, and no label", async () => {
  await withFolder(async (folder) => {
    const { run: model } = await makeRun(folder);
    const args = ["--run", `plate=${model}`, "--project", join(folder, "station")];
    const answered = new Map<number, number>();
    const labels = new Map<number, string>();
    let parts = 0;
    for (let round = 0; round < 4; round++) {
      await using service = await start(args);
      // What was answered before the last kill is there.
      for (const [part, score] of answered) {
        const found = await service.get(`/v1/parts/${part}`);
        assert.equal(found.verdict.score, score);
        if (labels.has(part)) assert.equal(found.label, labels.get(part));
        const bytes = new Uint8Array(await (await service.fetch(found.links.picture)).arrayBuffer());
        assert.equal(bytes.length, found.bytes);
      }
      let killed = false;
      const load = Promise.all(Array.from({ length: 3 }, async (_, lane) => {
        while (!killed) {
          const i = 1000 * lane + parts++;
          const verdict = await service.score(await freshPart(i, i % 3 === 0), "?project=plate").catch(() => undefined);
          if (!verdict) break;
          answered.set(verdict.part, verdict.score);
          const label = i % 3 === 0 ? "bad" : "good";
          const kept = await service.send("PUT", `/v1/parts/${verdict.part}/label`, { label, by: "test" }).catch(
            () => {},
          );
          if (kept) labels.set(verdict.part, label);
        }
      }));
      const before = answered.size;
      await until(() => answered.size >= before + 3 + round);
      await service.kill("SIGKILL");
      killed = true;
      await load;
    }
    assert.ok(answered.size >= 8 && labels.size >= 4, `${answered.size} verdicts, ${labels.size} labels`);
    await using service = await start(args);
    const { total } = await service.get("/v1/projects/plate/parts?limit=1");
    assert.ok(total >= answered.size);
    // Events have no gap: who reads them has missed nothing.
    const events = await read(service.address, "/v1/events?after=0", (all) => all.length >= total);
    const ids = events.map(({ id }) => id);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
    assert.equal(ids.at(-1)! - ids[0], ids.length - 1);
    const told = new Set(events.filter(({ kind }) => kind === "verdict").map(({ part }) => part));
    for (const part of answered.keys()) assert.ok(told.has(part), `part ${part} has no event`);
    await service.kill("SIGTERM");
  });
});

/** Events of a stream until there are enough, from the first on. */
async function read(address: string, path: string, enough: (all: Json[]) => boolean): Promise<Json[]> {
  const answer = await fetch(`${address}${path}`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const all: Json[] = [];
  let text = "";
  const end = Date.now() + 5000;
  while (!enough(all.filter(({ kind }) => kind === "verdict")) && Date.now() < end) {
    const { value = "", done } = await reader.read();
    if (done) break;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data) all.push(JSON.parse(data));
    }
  }
  await reader.cancel();
  return all;
}

Deno.test("a full queue answers 429 with the time to come again, and all who are let in get a verdict", async () => {
  await withFolder(async (folder) => {
    const { run: model } = await makeRun(folder);
    await using service = await start(["--run", model, "--project", join(folder, "station"), "--queue", "2"]);
    const part = await freshPart(1, true);
    const answers = await Promise.all(Array.from({ length: 24 }, async () => {
      const answer = await service.fetch("/v1/score?store=0", { method: "POST", body: part });
      return { status: answer.status, after: answer.headers.get("retry-after"), body: await answer.json() };
    }));
    const [done, refused] = [200, 429].map((status) => answers.filter((answer) => answer.status === status));
    assert.equal(done.length + refused.length, 24);
    assert.ok(done.length >= 2 && refused.length >= 10, `${done.length} and ${refused.length}`);
    for (const { after, body } of refused) {
      assert.match(after!, /^[1-9]\d*$/);
      assert.equal(body.error.code, "busy");
    }
    assert.equal(new Set(done.map(({ body }) => body.score)).size, 1);
    await service.kill("SIGTERM");
  });
});

Deno.test("beyond this machine there is a token, and without one nothing but health is answered", async () => {
  await withFolder(async (folder) => {
    const at = ["--project", join(folder, "station"), "--host", "0.0.0.0"];
    await assert.rejects(start(at), /Cannot listen on 0\.0\.0\.0 without a token/);
    await assert.rejects(start([...at, "--token", "short"]), /16 or more/);
    const token = "correct-horse-battery";
    await using service = await start(at, { env: { SEGAD_TOKEN: token } });
    const { address } = service;
    const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
      const answer = await fetch(`${address}${path}`, { method, headers });
      await answer.body?.cancel();
      return answer;
    };
    assert.equal((await ask("/health")).status, 200);
    for (const path of ["/v1/projects", "/metrics", "/v1/events", "/v1/parts/1/picture"]) {
      assert.equal((await ask(path)).status, 401, path);
      assert.equal((await ask(path, { authorization: `Bearer ${token}x` })).status, 401, path);
    }
    assert.equal((await ask("/v1/projects", { authorization: `Bearer ${token}` })).status, 200);
    const wrong = await fetch(`${address}/v1/session`, { method: "POST", body: JSON.stringify({ token: "wrong" }) });
    assert.equal(wrong.status, 401, await wrong.text());
    const right = await fetch(`${address}/v1/session`, { method: "POST", body: JSON.stringify({ token }) });
    await right.body?.cancel();
    const cookie = right.headers.get("set-cookie")!;
    assert.match(cookie, /HttpOnly; SameSite=Strict/);
    assert.ok(!cookie.includes(token));
    assert.equal((await ask("/v1/projects", { cookie: cookie.split(";")[0] })).status, 200);
    // A page of another origin, even with the cookie.
    assert.equal(
      (await ask("/v1/projects", { cookie: cookie.split(";")[0], origin: "https://evil.example" })).status,
      403,
    );
    await service.kill("SIGTERM");
  });
});

Deno.test("a station is one process's, and an unknown run is told before anything is listened on", async () => {
  await withFolder(async (folder) => {
    const at = ["--project", join(folder, "station")];
    await using service = await start(at);
    await assert.rejects(start(at), /is another process using it/);
    await assert.rejects(start(["--run", join(folder, "none"), "--project", join(folder, "b")]), /none/);
    // No page elsewhere may ask a service on loopback, whatever name it has found for it.
    const evil = await service.fetch("/v1/projects", { headers: { origin: "https://evil.example" } });
    assert.equal(evil.status, 403, await evil.text());
    assert.equal(evil.headers.get("access-control-allow-origin"), null);
    await service.kill("SIGTERM");
    assert.match(await readFile(join(folder, "station/station.sqlite"), "latin1"), /^SQLite format 3/);
  });
});
