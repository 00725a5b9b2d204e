import assert from "node:assert/strict";
import { join } from "node:path";
import { input } from "../../../lib/engine/graph/value.ts";
import { drawWeights, weightData, weightsBehind } from "../../../lib/engine/graph/weights.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { pdn } from "../../../lib/method/backbone/pdn.ts";
import { writePdn } from "../../../lib/method/backbone/pdn_file.ts";
import { readLooks } from "../../../lib/app/cli/options/look_options.ts";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import type { ScoreSet } from "../../../lib/product/experiment/results.ts";
import type { RunOptions } from "../../../lib/product/run/open_run.ts";
import type { Fleet } from "../../../lib/product/run/fleet/job.ts";
import { openCache } from "../../../lib/product/run/cache/cache.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { runFleet } from "../../../lib/product/run/fleet/run_fleet.ts";
import { entriesOfSetup, readSetup } from "../../../lib/product/run/fleet/setup.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import learned from "../../../pipelines/learned.ts";
import { put, SMALL, withFolder, writeParts } from "../../app/cli/product.ts";

const silent = { say: () => {}, warn: () => {}, progress: () => {} };

/** Another backbone: one layer of stride 4. */
function otherBackbone(): Uint8Array {
  const shape = { size: "small", width: 0.1, channels: 32, padding: true } as const;
  const made = pdn(input("image", "f32", [1, 3, 64, 64]), drawWeights(seededRandom(4)), shape);
  return writePdn({
    shape,
    weights: Object.fromEntries([...weightsBehind([made])].map(([name, weight]) => [name, weightData(weight)])),
  });
}

Deno.test("a row of a detector or classifier that looks otherwise is that of a run of its own", async () => {
  await withFolder(async (folder) => {
    const backbone = join(folder, "other.onnx");
    await put(backbone, otherBackbone());
    await writeParts(join(folder, "parts"), 16, 8);
    const picture = { height: 96, width: 96 };
    const base = {
      ...SMALL,
      classifiers: { linear: { steps: 4, batch: 4 } },
      smoothing: { patchcore: 1 },
      methods: { PatchCore: { alone: "patchcore" }, PaDiM: { alone: "padim" }, Linear: { alone: "linear" } },
      decision: { ...SMALL.decision, method: "PatchCore" },
      seeds: [1],
    };
    const scoresOf = async (
      definition: object,
      own: Partial<RunOptions> = {},
    ): Promise<ReadonlyMap<string, ScoreSet>> => {
      const summary = await runPipeline(parseDefinition(definition), {
        ...{ file: "looks.ts", size: "small", device: "cpu", threads: 1, reporter: silent },
        data: join(folder, "parts"),
        cache: join(folder, "cache"),
        runs: join(folder, "runs"),
        signal: new AbortController().signal,
        ...own,
      } as RunOptions);
      assert.deepEqual([summary!.undeployed, summary!.results.failed], [undefined, undefined]);
      return new Map(summary!.scores.map((set) => [set.method, set]));
    };
    const looks = { padim: { backbone, picture }, linear: { backbone, picture } };
    const mixed = await scoresOf({
      ...base,
      looks,
      methods: { ...base.methods, Both: { forest: ["patchcore", "padim"] } },
    });
    const plain = await scoresOf(base);
    const apart = await scoresOf({ ...base, picture }, { backbone: { path: backbone } });
    assert.deepEqual(mixed.get("PatchCore"), plain.get("PatchCore"));
    for (const method of ["PaDiM", "Linear"]) {
      assert.deepEqual(mixed.get(method), apart.get(method), method);
      assert.notDeepEqual(mixed.get(method), plain.get(method), method);
    }
    assert.ok(mixed.get("Both")!.parts.every(({ score }) => Number.isFinite(score)));
  });
});

Deno.test("workers of a run are given all its backbones", async () => {
  await withFolder(async (folder) => {
    const cache = openCache(join(folder, "cache"));
    const [embedded, other] = [await embeddedBackbone(), await toBackbone(otherBackbone(), "other.onnx", {})];
    const fleet: Fleet = {
      do: () => Promise.reject(new Error("none")),
      room: () => Promise.resolve(1),
    } as unknown as Fleet;
    const { setup } = await runFleet(
      { cache, backbone: embedded, backbones: new Map([["other.onnx", other]]), detectors: [] },
      fleet,
    );
    const entries = entriesOfSetup(await readSetup(cache, setup));
    assert.deepEqual(entries, [embedded, other].map(({ sha256 }) => `files/${sha256}`));
    for (const entry of entries) assert.ok(await cache.has(entry), entry);
    const { setup: alone } = await runFleet({ cache, backbone: embedded, detectors: [] }, fleet);
    assert.deepEqual(Object.keys(await readSetup(cache, alone)).sort(), ["backbone", "kind"]);
  });
});

Deno.test("looks name what there is, and the model for new pictures has none of a detector", () => {
  const refuse = (changes: object, message: RegExp) =>
    assert.throws(() => parseDefinition({ ...SMALL, ...changes }), { name: "TypeError", message });
  refuse({ looks: { wrn: {} } }, /looks must name detectors or classifiers of this pipeline \(.*\): found "wrn"/);
  refuse({ looks: { padim: { picture: { height: 64 } } } }, /looks.padim.picture.width/);
  refuse({ looks: { padim: { backbone: "a.onnx" } } }, /looks.padim must be left out as decision.method uses it/);
  const classifiers = { wrn: {} };
  const methods = { ...SMALL.methods, Both: { forest: ["patchcore", "padim"], classifier: "wrn" } };
  // The network of a classifier holds its backbone.
  parseDefinition({ ...SMALL, classifiers, methods, looks: { wrn: { backbone: "a.onnx" } } });
  refuse(
    { classifiers, methods, looks: { wrn: { picture: { height: 96, width: 96 } } } },
    /looks.wrn must be left out/,
  );
  refuse(
    { looks: { padim: {} }, methods: { ...SMALL.methods, Auto: { auto: ["padim"] } } },
    /looks.padim must be left out as an automatic judge/,
  );
});

Deno.test("the command line adds looks to those of the pipeline, by file or by size", () => {
  const given = readLooks({ wrn: { backbone: "a.onnx" } }, ["devnet=r.onnx", "devnet=448", "wrn=320x256"]);
  assert.deepEqual(given, {
    wrn: { backbone: "a.onnx", picture: { height: 320, width: 256 } },
    devnet: { backbone: "r.onnx", picture: { height: 448, width: 448 } },
  });
  assert.equal(readLooks(undefined, []), undefined);
  assert.throws(() => readLooks(undefined, ["devnet"]), /^TypeError: Cannot use --look "devnet" as it must be NAME=/);
  // Tables 2 to 4 in one run: the backbones of DevNet and DRA beside that of the detectors.
  const looks = readLooks(undefined, ["devnet=resnet18.onnx", "dra=resnet18.onnx"]);
  assert.deepEqual(parseDefinition({ ...learned("paper"), looks }).looks, looks);
});
