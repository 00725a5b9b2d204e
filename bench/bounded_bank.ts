/**
 * What the bounds of PatchCore's bank cost in AUROC, on photographs of solar cells (ELPV): 400 good cells are fitted, 200 good
 * and 300 bad ones judged, by banks that are chosen exactly and by bounded ones, each for three seeds:
 *
 *     deno run --allow-read --allow-env --allow-ffi bench/bounded_bank.ts ../shared/data/elpv
 *
 * The difference to the exact bank is that of the AUROCs' means over the seeds, with the 95 % interval and p of DeLong's paired
 * test. Takes three minutes of the processor.
 */
import process from "node:process";
import { BATCH, openBackbone } from "../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../lib/method/backbone/embedded.ts";
import { BOUNDED, patchCore } from "../lib/method/detect/patchcore/patchcore.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import { auroc } from "../lib/method/evaluate/auroc.ts";
import { compareMeanAuroc } from "../lib/method/evaluate/delong.ts";
import { fprAtTpr } from "../lib/method/evaluate/fpr_at_tpr.ts";
import { fitContext } from "../lib/method/learn/fit_context.ts";
import { observe } from "../lib/method/learn/observation.ts";
import { readElpv } from "../lib/picture/data/readers/elpv.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { readPhoto } from "../lib/picture/image/decode.ts";
import { resizePhoto } from "../lib/picture/image/resize.ts";

const FITTED = 400;
const SIZE = { height: 256, width: 256 };
const SEEDS = [1, 2, 3];
const EXACT = "exact";
/** The last one is what `folder.ts` and `fit patchcore` have. */
const BANKS = {
  [EXACT]: {},
  [`${BOUNDED.entries} entries among all patches`]: { entries: BOUNDED.entries },
  [`${BOUNDED.entries} entries among ${BOUNDED.candidates}`]: BOUNDED,
};

const [root] = process.argv.slice(2);
if (root === undefined) throw new TypeError("Cannot compare banks without pictures: name the folder of ELPV");
const { items } = await readElpv(root);
const good = items.filter(({ label }) => label === "good");
const fitted = good.slice(0, FITTED);
const judged = [...good.slice(FITTED), ...items.filter(({ label }) => label === "bad")];
const labels = judged.map(({ label }) => label === "bad" ? 1 as const : 0 as const);

const [runtime, backbone] = [await openRuntime({ device: "cpu" }), await embeddedBackbone()];
const layers = patchCore.layers(patchCore.parse({}), backbone.layers);
const extractor = await openBackbone(runtime, backbone, layers);
const seenOf = async (some: typeof items) =>
  await observe(
    extractor,
    toImage(await Promise.all(some.map(async ({ path }) => resizePhoto(await readPhoto(path), SIZE)))),
  );
const batchesOf = async (all: typeof items) => {
  const batches = [];
  for (let from = 0; from < all.length; from += BATCH) batches.push(await seenOf(all.slice(from, from + BATCH)));
  return batches;
};
const [goodSeen, judgedSeen] = [await batchesOf(fitted), await batchesOf(judged)];

/** The scores of the judged pictures. */
async function scoresOf(settings: object, seed: number): Promise<number[]> {
  const source = {
    async *batches() {
      yield* goodSeen;
    },
    take: () => Promise.reject(new Error("PatchCore takes its pictures in their order")),
  };
  const inputs = {
    runtime,
    backbone,
    layers: extractor.layers,
    size: SIZE,
    seed,
    ids: fitted.map(({ id }) => id),
    source,
  };
  const applied = await patchCore.apply(
    { runtime },
    await patchCore.fit(fitContext(inputs), patchCore.parse(settings)),
  );
  const scores: number[] = [];
  for (const seen of judgedSeen) scores.push(...(await applied.detect(seen)).score.data);
  await applied.release();
  return scores;
}

const percent = (value: number) => (100 * value).toFixed(1);
const range = (values: readonly number[]) =>
  [...new Set([Math.min(...values), Math.max(...values)].map(percent))].join(" to ");
console.log("| bank | AUROC, by seed | FPR@95TPR, by seed | less than exact by, 95 % interval | p |");
console.log("| ---- | -------------- | ------------------ | --------------------------------- | - |");
let exact: number[][] = [];
for (const [name, settings] of Object.entries(BANKS)) {
  const scores: number[][] = [];
  for (const seed of SEEDS) scores.push(await scoresOf(settings, seed));
  if (name === EXACT) exact = scores;
  const cells = [
    name,
    range(scores.map((one) => auroc(one, labels))),
    range(scores.map((one) => fprAtTpr(one, labels))),
  ];
  const { difference, error, p } = compareMeanAuroc(exact, scores, labels);
  const [low, high] = [difference - 1.96 * error, difference + 1.96 * error].map(percent);
  const compared = name === EXACT ? ["", ""] : [`${percent(difference)} (${low} to ${high})`, p.toFixed(3)];
  console.log(`| ${[...cells, ...compared].join(" | ")} |`);
}
