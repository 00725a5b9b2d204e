import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { photo } from "../../../lib/domain.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { GOOD_PARTS } from "../../../lib/picture/image/settings.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import { checkExportable } from "../../../lib/product/export/exportable.ts";
import { readModelOf } from "../../../lib/product/model/open_model.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { openDoer } from "../../../lib/product/run/fleet/do_job.ts";
import type { Fleet } from "../../../lib/product/run/fleet/job.ts";
import type { RunOptions } from "../../../lib/product/run/open_run.ts";
import { runPipeline, type RunSummary } from "../../../lib/product/run/run.ts";
import { plate } from "../../picture/align/plate.ts";
import { put, SMALL, withFolder } from "../../app/cli/product.ts";

const SIDE = { height: 96, width: 128 };
const signal = new AbortController().signal;
const reporter = { say: () => {}, warn: () => {}, progress: () => {} };

/** Plates that lie up to a tenth of their side from the middle, and bad ones with a scratch that lies as they do. */
async function writePlates(folder: string, good = 18, bad = 8): Promise<void> {
  const random = seededRandom(12);
  for (const [label, count] of [["good", good], ["bad", bad]] as const) {
    for (let i = 0; i < count; i++) {
      const [dx, dy, angle] = [20, 16, 10].map((range) => range * (random.uniform() - 0.5));
      const picture = plate({ dx, dy, angle, seed: i + 100, bad: label === "bad" });
      await put(join(folder, label, `${String(i).padStart(3, "0")}.png`), await encodePng(picture));
    }
  }
}

const definition = (changes: object = {}) =>
  parseDefinition({
    ...SMALL,
    picture: SIDE,
    detectors: { padim: { dims: 20 } },
    methods: { PaDiM: { alone: "padim" } },
    decision: { ...SMALL.decision, method: "PaDiM" },
    seeds: [1],
    ...changes,
  });

const aligned = definition({ picture: { ...SIDE, align: GOOD_PARTS } });

async function ran(folder: string, pipeline: typeof aligned, own: Partial<RunOptions> = {}): Promise<RunSummary> {
  const summary = await runPipeline(pipeline, {
    ...{ file: "aligned.ts", size: "small", device: "cpu", threads: 1, reporter, signal },
    data: join(folder, "parts"),
    cache: join(folder, "cache"),
    runs: join(folder, "runs"),
    ...own,
  });
  assert.deepEqual([summary?.undeployed, summary?.results.failed], [undefined, undefined]);
  return summary!;
}

const areaOf = ({ results }: RunSummary, method: string) =>
  results.rows.find((row) => row.method === method)!.auroc.mean;

Deno.test("a pipeline aligns in fits, maps and scores alike, here and in workers, and its model does by itself", async () => {
  await withFolder(async (folder) => {
    await writePlates(join(folder, "parts"));
    const [plain, run] = [await ran(folder, definition()), await ran(folder, aligned)];
    assert.ok(areaOf(run, "PaDiM") > areaOf(plain, "PaDiM") + 0.1, `${areaOf(plain, "PaDiM")} ${areaOf(run, "PaDiM")}`);
    assert.ok(areaOf(run, "PaDiM") > 0.9);
    // Pictures as they lie have no word of it in their settings, which keys are made of.
    assert.deepEqual(Object.keys((await readModelOf(plain.folder)).picture), ["height", "width"]);

    const model = await readModelOf(run.folder);
    assert.match(model.picture.align!, /^[0-9a-f]{64}$/);
    assert.equal(model.files!["reference.png"], model.picture.align);
    const scorer = await openScorer(run.folder);
    try {
      // What the run has said of parts that it was tested on, from maps that were computed in batches of others.
      const parts = run.scores.find(({ method }) => method === "PaDiM")!.parts.slice(0, 6);
      const path = new Map(run.dataset.items.map((item) => [item.id, item.path]));
      for (const { id, score } of parts) {
        const [verdict] = await scorer.score([{ id, photo: await scorer.read(path.get(id)!) }]);
        assert.ok(Math.abs(verdict.score - score) < 1e-4 * Math.abs(score), `${id}: ${verdict.score} for ${score}`);
      }
      const random = seededRandom(5);
      const noise = photo([96, 128, 3], Uint8Array.from({ length: 96 * 128 * 3 }, () => 90 + 60 * random.uniform()));
      const [lost] = await scorer.score([{ id: "noise", photo: noise }]);
      assert.equal(lost.decision, "not_judged");
    } finally {
      await scorer.close();
    }

    assert.throws(() => checkExportable(model), /^TypeError: Cannot export the model as pictures are aligned/);

    // Workers know no more than the cache.
    const shared = join(folder, "shared");
    const doer = openDoer({ cache: openCache(shared), device: "cpu", threads: 1, reporter, signal });
    const fleet: Fleet = { do: (_, job) => doer.do(job), workers: () => 1 };
    try {
      const other = await ran(folder, aligned, { cache: shared, fleet });
      assert.deepEqual(other.scores, run.scores);
    } finally {
      await doer.close();
    }
  });
});

Deno.test("a picture by its file is what parts are aligned with, and those without the part are told", async () => {
  await withFolder(async (folder) => {
    await writePlates(join(folder, "parts"), 12, 6);
    const random = seededRandom(1);
    const noise = photo([120, 160, 3], Uint8Array.from({ length: 120 * 160 * 3 }, () => 255 * random.uniform()));
    await put(join(folder, "parts/bad/noise.png"), await encodePng(noise));
    const file = await put(join(folder, "usual.png"), await encodePng(plate({ seed: 1 })));
    const said: string[] = [];
    const { notes, folder: run } = await ran(
      folder,
      definition({ picture: { ...SIDE, align: file } }),
      { reporter: { ...reporter, warn: (line) => said.push(line) } },
    );
    const note = "The part is not found in 0 good and 1 bad pictures (bad/noise.png), which stay as they lie, " +
      "and new ones like them are not judged";
    assert.ok(notes.includes(note) && said.includes(note), `${notes}`);
    const record = JSON.parse(await readFile(join(run, "run.json"), "utf8"));
    assert.equal(record.definition.picture.align, (await readModelOf(run)).picture.align);
    const missing = definition({ picture: { ...SIDE, align: join(folder, "none.png") } });
    await assert.rejects(ran(folder, missing), /Cannot align pictures with ".*none\.png": Cannot read/);
    for (
      const [changes, message] of [
        [{ pixel: true }, /Cannot align pictures as pixels are judged by masks, which would not be moved with them/],
        [{ classifiers: { unet: {} } }, /as "unet" learns from masks/],
        [{ detectors: { padim: {}, given: { type: "maps", folder } } }, /as "given" is given maps/],
      ] as const
    ) {
      await assert.rejects(ran(folder, definition({ picture: aligned.picture, ...changes })), message);
    }
  });
});
