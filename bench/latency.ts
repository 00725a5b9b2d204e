/**
 * Where the time of scoring goes, stage by stage, one thread, pictures one by one and eight at a time:
 *
 *     deno task bench:latency                      a model of the stand-in, fitted first (a minute or two)
 *     deno task bench:latency RUNDIR PICTURE…      a model and pictures of your own
 *
 * The stages are those of scoring (`lib/product/model/flow.ts`); that they give its scores is checked. Medians of 60
 * repetitions, after some that warm up; the processor's time is that of all threads. Times of the processor are shown as
 * multiples of the backbone's too, which a busy or another machine changes less.
 */
import { readFile, rm } from "node:fs/promises";
import process from "node:process";
import { decide } from "../lib/method/evaluate/decide.ts";
import { reasonsInWords } from "../lib/method/forest/reason.ts";
import { explainJudge } from "../lib/method/judge/table.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { toPhoto } from "../lib/picture/image/pixels.ts";
import { readSource } from "../lib/picture/image/read_source.ts";
import { resizePixels } from "../lib/picture/image/resize.ts";
import type { Score } from "../lib/domain.ts";
import type { Detection } from "../lib/method/detect/contract.ts";
import { detect, enlarge, judge, pool, see, segad, type SegadParts, toFeatures } from "../lib/product/model/flow.ts";
import { type Described, eachPicture, type Found } from "../lib/product/model/maps_to_features.ts";
import type { AsyncStage } from "../lib/stage.ts";
import { type OpenModel, openModel } from "../lib/product/model/open_model.ts";
import { type BatchTimes, latencyTable, openStageClock, type StageClock } from "./stage_clock.ts";
import { fitStandIn } from "./stand_in_model.ts";

const REPEATS = 60, WARM = 20;
/** What the other stages are compared with. */
const BACKBONE = "backbone";
const [run, ...paths] = process.argv.slice(2);

const made = run === undefined ? await fitStandIn() : undefined;
const model = await openModel(made?.run ?? run, { threads: 1 });
try {
  const files = await Promise.all((made?.paths ?? paths).map((path) => readFile(path)));
  if (files.length === 0) throw new TypeError("Cannot measure without pictures: name some behind the run folder");
  const batches: BatchTimes[] = [];
  for (const batch of [1, 8]) {
    const clock = openStageClock(() => {
      const { user, system } = process.cpuUsage();
      return { wall: performance.now(), cpu: (user + system) / 1000 };
    });
    const scoreOnce = await openStages(model, clock);
    for (let i = 0; i < WARM + REPEATS; i++) {
      if (i === WARM) clock.reset();
      await scoreOnce(some(files, batch, i * batch));
      clock.lap();
    }
    await checkScores(model, some(files, batch, 0), scoreOnce);
    batches.push({ batch, stages: clock.stages() });
  }
  console.log(latencyTable(batches, BACKBONE));
} finally {
  await model.close();
  if (made) await rm(made.folder, { recursive: true, force: true });
}

function some(files: readonly Uint8Array[], count: number, from: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => files[(from + n) % files.length]);
}

/** Throws an Error where the stages that are measured do not give the scores of the flow as a whole. */
async function checkScores(
  model: OpenModel,
  files: readonly Uint8Array[],
  scoreOnce: (files: readonly Uint8Array[]) => Promise<Score>,
): Promise<void> {
  const { file: { picture }, parts } = model;
  const photos = await Promise.all(
    files.map(async (one) => toPhoto(resizePixels(await readSource(one, picture), picture, picture.filter))),
  );
  const { score } = await segad(parts)({ ids: files.map((_, n) => `${n}`), image: toImage(photos) });
  const staged = await scoreOnce(files);
  if (score.data.every((value, n) => value === staged.data[n])) return;
  throw new Error(`Cannot trust the times as the stages give ${staged.data}, and scoring gives ${score.data}`);
}

/** What scores pictures stage by stage; as in the product, what does not depend on them is made once. */
async function openStages({ file, parts, goodParts }: OpenModel, clock: StageClock) {
  const { picture, decision } = file;
  const known: Detection[] = [];
  const detectors = parts.detectors.map((one, k) => ({
    ...one,
    applied: { ...one.applied, detect: () => Promise.resolve(known[k]) },
  }));
  const stages = { see: see(parts), detect: detect({ ...parts, detectors }), judge: judge(parts) };
  const describe = openDescribe(parts, clock);
  const explanation = explainJudge(parts.judge, parts);
  const plausibility = goodParts && (await import("../lib/product/model/plausible.ts")).plausibilityOf(goodParts);

  return async function scoreOnce(files: readonly Uint8Array[]): Promise<Score> {
    const ids = files.map((_, n) => `${n}`);
    const decoded = await clock.time("decode", () => Promise.all(files.map((one) => readSource(one, picture))));
    const photos = clock.timeSync(
      "resize",
      () => decoded.map((pixels) => toPhoto(resizePixels(pixels, picture, picture.filter))),
    );
    const image = clock.timeSync("planes", () => toImage(photos));
    const seen = await clock.time(BACKBONE, () => stages.see({ ids, image }));
    const found = await clock.time("checks of maps", async () => {
      // One after the other: side by side they could not be told apart.
      for (const [k, { title, applied }] of parts.detectors.entries()) {
        known[k] = await clock.time(title, () => applied.detect(seen));
      }
      return await stages.detect(seen);
    });
    const described = await clock.time("joining of columns", () => describe(found));
    const { score } = await clock.time("judge", () => stages.judge(described));
    await clock.time("reason", async () => {
      if (!explanation) return;
      const contributions = await explanation.contributions(described);
      const bad = Array.from(score.data, (value) => decide(value, decision.threshold) === "bad");
      reasonsInWords({ features: described.features, contributions, bad, model: explanation });
    });
    if (plausibility) {
      clock.timeSync("plausibility", () => photos.forEach((photo, n) => plausibility(photo, decoded[n])));
    }
    return score;
  };
}

/** The middle of the flow with its stages timed. */
function openDescribe(parts: SegadParts, clock: StageClock): AsyncStage<Found, Described> {
  const { evidence } = parts;
  const timed = evidence && {
    ...evidence,
    compute: (inputs: Parameters<typeof evidence.compute>[0]) =>
      clock.timeSync("evidence", () => evidence.compute(inputs)),
  };
  const stages = { enlarge: enlarge(parts), pool: pool(parts), toFeatures: toFeatures({ ...parts, evidence: timed }) };
  return eachPicture(parts.columns, async (one) => {
    const maps = clock.timeSync("upsample and smooth", () => stages.enlarge(one));
    const pooled = await clock.time("statistics", () => stages.pool(maps));
    return clock.timeSync("columns", () => stages.toFeatures(pooled));
  });
}
