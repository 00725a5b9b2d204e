/** A service whose model is one exported graph. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exporting } from "../cli/commands.ts";
import { put, run, withFolder } from "../cli/product.ts";
import { freshPart, makeRun, start } from "./service.ts";

Deno.test("an exported folder judges in a service as it does in score, and what it cannot do is said in words", async () => {
  await withFolder(async (folder) => {
    const { run: model } = await makeRun(folder);
    const out = join(folder, "graph");
    await exporting("--run", model, "--out", out);
    const parts = [await freshPart(1, false), await freshPart(1, true), await freshPart(2, true)];
    const files = await Promise.all(parts.map((bytes, i) => put(join(folder, `${i}.png`), bytes)));
    const lines = (await run("score", "--run", out, "--format", "jsonl", ...files)).out.trim().split("\n");
    await using service = await start(["--run", `plate=${out}`, "--project", join(folder, "station")]);
    for (const [i, bytes] of parts.entries()) {
      const wanted = JSON.parse(lines[i]);
      const { score, decision, statistics } = await service.score(bytes);
      assert.deepEqual([score, decision, statistics], [wanted.score, wanted.decision, wanted.reason]);
    }
    const first = (await service.get("/v1/projects/plate/parts?role=judged&order=old")).parts[0];
    assert.equal((await service.fetch(first.links.overlay).then((answer) => answer.bytes()))[1], 0x50);

    const { versions: [version] } = await service.get("/v1/projects/plate/versions");
    assert.deepEqual([version.exported, version.results, version.links.report], [true, null, null]);
    assert.match(version.description, /^this is an exported model, which judges as it is: learning from corrections, /);
    const point = "/v1/projects/plate/operating-point";
    const body = { method: "PUT", body: '{"threshold":0}', headers: { "content-type": "application/json" } };
    for (const answer of [await service.fetch(point), await service.fetch(point, body)]) {
      assert.equal(answer.status, 409);
      assert.match(
        (await answer.json()).error.message,
        /^Cannot move the thresholds of version 1 as it is an exported/,
      );
    }
    await service.send("PUT", `/v1/parts/${first.id}/label`, { label: "good" });
    const learn = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
    const answer = await service.fetch("/v1/projects/plate/learn", learn);
    assert.equal(answer.status, 409);
    assert.match(
      (await answer.json()).error.message,
      /^Cannot learn from corrections with version 1 as it is an exported/,
    );
    const drift = await service.fetch("/v1/projects/plate/drift");
    assert.match((await drift.json()).error.message, /^Cannot tell drift as version 1 is an exported model/);
  });
});
