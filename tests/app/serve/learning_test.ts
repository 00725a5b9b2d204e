/** A missed part is corrected, learned, compared and accepted; and taken back. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRejudge } from "../../../lib/product/model/rejudge.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { withFolder } from "../cli/product.ts";
import { done, freshPart, type Json, makeRun, start } from "./service.ts";

Deno.test("a station learns what it is told, shows what that changes, and takes it back", async (t) => {
  await withFolder(async (folder) => {
    const { data, run: model } = await makeRun(folder);
    const station = join(folder, "station");
    const args = ["--run", `plate=${model}`, "--project", station];
    await using service = await start(args);
    const project = "/v1/projects/plate";

    await t.step("a folder is taken in as pipelines read it, once", async () => {
      await done(service, await service.send("POST", `${project}/folder`, { path: data, label: "auto" }));
      const { counts } = await service.get(project);
      assert.deepEqual(counts, { good: 24, bad: 12, unlabelled: 0, judged: 0 });
      const again = await done(service, await service.send("POST", `${project}/folder`, { path: data, label: "auto" }));
      assert.match(again.lines.at(-1), /^0 pictures taken in, 36 were there, 0 cannot be read$/);
      assert.equal((await service.get(project)).counts.good, 24);
    });

    await t.step("a judge judges again what was seen of a part, to the last bit", async () => {
      const scorer = await openScorer(model);
      const rejudge = await openRejudge(model);
      try {
        const photos = await Promise.all([1, 2, 3].map((i) => freshPart(i, i > 1).then((bytes) => scorer.read(bytes))));
        const verdicts = await scorer.score(photos.map((photo, i) => ({ id: `${i}`, photo })), { details: true });
        const again = await rejudge.judge(verdicts.map(({ seen }) => seen));
        assert.deepEqual([...again], verdicts.map(({ score }) => score));
      } finally {
        await rejudge.close();
        await scorer.close();
      }
    });

    const told = new Map<number, "good" | "bad">();
    const before = new Map<number, number>();
    for (let i = 0; i < 12; i++) {
      const bad = i % 2 === 0;
      const { part, score } = await service.score(await freshPart(100 + i, bad), "?project=plate");
      told.set(part, bad ? "bad" : "good");
      before.set(part, score);
    }
    const control = [...told.keys()].slice(-4);
    const learned = [...told.keys()].slice(0, 6);
    for (const id of control) await service.send("PUT", `/v1/parts/${id}/control`, { control: true, by: "eva" });
    for (const [id, label] of told) {
      if (!control.includes(id) && !learned.includes(id)) continue;
      await service.send("PUT", `/v1/parts/${id}/label`, { label, by: "eva" });
    }
    const [{ id: first }] = (await service.get(`${project}/versions`)).versions;
    let candidate = 0;

    await t.step(
      "learning takes labelled parts that are not of the control set, and fits no detector again",
      async () => {
        // The first time in a station finds nothing kept; the second time all of it.
        const once = await done(service, await service.send("POST", `${project}/learn`, { by: "eva" }));
        await service.send("POST", `/v1/versions/${once.version}/discard`, { by: "eva" });
        const [id] = learned;
        await service.send("PUT", `/v1/parts/${id}/label`, { label: told.get(id), by: "tom" });
        const job = await done(service, await service.send("POST", `${project}/learn`, { by: "eva" }));
        candidate = job.version;
        const plan = job.lines.find((line: string) => line.startsWith("Plan"));
        assert.match(plan, /on 24 good parts, 1 seeds: 2 fits, 2 kept/);
        assert.match(plan, /maps +42 pictures, 42 kept/);
        const version = await service.get(`/v1/versions/${candidate}`);
        assert.deepEqual([version.kind, version.state, version.parent], ["learn", "candidate", first]);
        assert.equal(version.method, "Regression");
        const manifest = await readFile(join(version.run, "manifest.csv"), "utf8");
        assert.equal(manifest.trim().split("\n").length - 1, 42);
        assert.match(await (await service.fetch(version.links.report)).text(), /<!doctype html>/i);
      },
    );

    await t.step("what would change is listed without scoring a picture, and is what the candidate says", async () => {
      const found = await service.get(`/v1/versions/${candidate}/compare`);
      assert.deepEqual([found.from, found.to, found.judged, found.missing], [first, candidate, 12, 0]);
      const { run, threshold } = await service.get(`/v1/versions/${candidate}`);
      const old = await service.get(`/v1/versions/${first}`);
      const scorer = await openScorer(run);
      try {
        const flips = new Map<number, Json>(found.flips.map((flip: Json) => [flip.part.id, flip]));
        for (const [part, label] of told) {
          const bytes = new Uint8Array(await (await service.fetch(`/v1/parts/${part}/picture`)).arrayBuffer());
          const [{ score }] = await scorer.score([{ id: "x", photo: await scorer.read(bytes) }]);
          const [was, is] = [before.get(part)! >= old.threshold, score >= threshold];
          assert.equal(flips.has(part), was !== is, `part ${part}`);
          if (was === is) continue;
          assert.equal(flips.get(part).after.score, score);
          const right = (label === "bad") === is ? "after" : "before";
          const labelled = learned.includes(part) || control.includes(part);
          assert.equal(flips.get(part).right, labelled ? right : null);
        }
        const { control: figures, counts } = found;
        assert.equal(figures.parts, 4);
        assert.deepEqual([figures.after.good, figures.after.bad], [2, 2]);
        assert.equal(counts.toBad + counts.toGood, found.flips.length);
      } finally {
        await scorer.close();
      }
    });

    await t.step("an accepted version judges without a restart, and the one before comes back", async () => {
      const bytes = await freshPart(300, true);
      const old = await service.score(bytes, "?project=plate");
      await service.send("POST", `/v1/versions/${candidate}/accept`, { by: "eva" });
      const { run } = await service.get(`/v1/versions/${candidate}`);
      const scorer = await openScorer(run);
      const [wanted] = await scorer.score([{ id: "x", photo: await scorer.read(bytes) }]);
      await scorer.close();
      const fresh = await service.score(bytes, "?project=plate");
      assert.deepEqual([fresh.score, fresh.version], [wanted.score, candidate]);
      await service.send("POST", `${project}/rollback`, { by: "tom" });
      const back = await service.score(bytes, "?project=plate");
      assert.deepEqual([back.score, back.version], [old.score, first]);
      const { versions, active } = await service.get(`${project}/versions`);
      assert.equal(active, first);
      assert.equal(versions.find(({ id }: Json) => id === candidate).state, "discarded");
    });

    await t.step("the threshold moves without a run, on record, and damage to other files is still seen", async () => {
      const bytes = await freshPart(300, true);
      const { score } = await service.score(bytes, "?project=plate&store=0");
      const put = { threshold: score + 1, review: score - 1, by: "eva" };
      const { current, at, bad, good } = await service.send("PUT", `${project}/operating-point`, put);
      assert.deepEqual(current, { threshold: score + 1, review: score - 1 });
      assert.equal(at.recall.count, bad.filter((one: number) => one >= score - 1).length);
      assert.equal(at.alarms.count, good.filter((one: number) => one >= score + 1).length);
      assert.equal((await service.score(bytes, "?project=plate&store=0")).decision, "review");
      const { changes } = await service.get(`${project}/operating-point/history`);
      assert.deepEqual([changes[0].by, changes[0].threshold], ["eva", score + 1]);
      const reopened = await openScorer(model);
      assert.deepEqual([reopened.threshold, reopened.review], [score + 1, score - 1]);
      await reopened.close();
      const wrong = await service.fetch(`${project}/operating-point`, {
        method: "PUT",
        body: JSON.stringify({ threshold: 0, review: 1 }),
      });
      assert.equal(wrong.status, 409, await wrong.text());
    });

    await t.step("a training that is stopped goes on, and what it knew survives a kill", async () => {
      const job = await service.send("POST", `${project}/train`, { minutes: 1 });
      const stopped = await service.send("POST", `/v1/jobs/${job.id}/stop`);
      assert.ok(["stopping", "stopped"].includes(stopped.state), stopped.state);
      await service.kill("SIGKILL");
      await using next = await start(args);
      const { state } = await next.get(`/v1/jobs/${job.id}`);
      assert.ok(["interrupted", "stopped"].includes(state), state);
      const { versions } = await next.get(`${project}/versions`);
      assert.deepEqual(versions.map(({ state }: Json) => state), ["discarded", "discarded", "active"]);
      await next.kill("SIGTERM");
    });
  });
});
