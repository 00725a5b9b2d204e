import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { distilFolder } from "../../../lib/product/make/distil.ts";
import { openGoodFolder } from "../../../lib/product/make/good_folder.ts";
import type { DistilSummary } from "../../../lib/product/make/distil.ts";
import { drawPart, put, withFolder } from "../../app/cli/product.ts";

Deno.test("a distillation that was stopped goes on with its own pictures alone", async () => {
  await withFolder(async (folder) => {
    const [data, other] = [join(folder, "a"), join(folder, "b")];
    for (const [place, from] of [[data, 0], [other, 10]] as const) {
      for (let i = 0; i < 3; i++) await put(join(place, `${i}.png`), await drawPart(from + i, false));
    }
    const out = join(folder, "teacher.onnx");
    /** Distils, and gives the steps that it told of; stops after the first where so wished. */
    async function distil(place: string, stop: boolean): Promise<number[]> {
      const controller = new AbortController();
      const told: number[] = [];
      const reporter = {
        say: () => {},
        warn: () => {},
        progress({ step, done, note }: { step: string; done: number; note?: string }) {
          if (step !== "Distil the teacher" || !note) return;
          told.push(done);
          if (stop) controller.abort();
        },
      };
      const opened = await openGoodFolder({
        data: place,
        picture: { height: 64, width: 64 },
        detectors: { efficientad: {} },
        seed: 1,
        device: "cpu",
        threads: 1,
        cache: join(folder, "cache"),
        reporter,
        signal: controller.signal,
      });
      const network = { size: "small", width: 0.05, padding: true } as const;
      try {
        await distilFolder(opened, { network, steps: 4, batch: 2, rate: 1e-3, seed: 1, out });
      } catch (error) {
        if (!stop) throw error;
      } finally {
        await opened.work.close();
      }
      return told;
    }
    assert.deepEqual(await distil(data, true), [1]);
    assert.ok(existsSync(`${out}.unfinished`));
    assert.deepEqual(await distil(other, true), [1], "as many pictures, but others");
    assert.deepEqual(await distil(other, false), [2, 3, 4]);
    assert.ok(existsSync(out) && !existsSync(`${out}.unfinished`));
  });
});

Deno.test("what is left out of a distillation tells how much it explains; none is left out where that is said", async () => {
  await withFolder(async (folder) => {
    for (let i = 0; i < 4; i++) await put(join(folder, "data", `${i}.png`), await drawPart(i, false));
    const distil = async (held?: number): Promise<DistilSummary> => {
      const opened = await openGoodFolder({
        data: join(folder, "data"),
        picture: { height: 96, width: 96 },
        detectors: { efficientad: {} },
        seed: 1,
        device: "cpu",
        threads: 1,
        cache: join(folder, "cache"),
        reporter: { say: () => {}, warn: () => {}, progress: () => {} },
        signal: new AbortController().signal,
      });
      const network = { size: "small", width: 0.05, padding: true } as const;
      const settings = { steps: 2, batch: 2, rate: 1e-3, seed: 1, like: "authors" as const };
      try {
        return await distilFolder(opened, { network, ...settings, held, out: join(folder, `${held}.onnx`) });
      } finally {
        await opened.work.close();
      }
    };
    const one = await distil(1);
    assert.deepEqual(one.unseen, 1);
    assert.ok(one.explained! < 1 && Number.isFinite(one.explained));
    assert.match(one.loss, /^loss \d/);
    const none = await distil();
    assert.deepEqual([none.unseen, none.explained], [0, undefined]);
    await assert.rejects(distil(4), /^RangeError: Cannot distil on 4 pictures of which 4 are left out: lower --held$/);
  });
});
