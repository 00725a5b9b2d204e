/**
 * Where the time of scoring goes, stage by stage, one thread, pictures one by one and eight at a time:
 *
 *     deno task bench:latency                      a model of the stand-in, fitted first (a minute or two)
 *     deno task bench:latency RUNDIR PICTURE…      a model and pictures of your own
 *
 * The stages are those of scoring (`lib/product/model/flow.ts`); that they give its scores is checked. Medians of 30
 * repetitions, after some that warm up; the processor's time is that of all threads.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { decide } from "../lib/method/evaluate/decide.ts";
import { reasonsInWords } from "../lib/method/forest/reason.ts";
import { explainJudge } from "../lib/method/judge/table.ts";
import { encodePng } from "../lib/picture/image/encode.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { toPhoto } from "../lib/picture/image/pixels.ts";
import { readSource } from "../lib/picture/image/read_source.ts";
import { resizePixels } from "../lib/picture/image/resize.ts";
import { partSpec } from "../lib/picture/stand_in/part.ts";
import { renderPart } from "../lib/picture/stand_in/render.ts";
import type { Score } from "../lib/domain.ts";
import type { Detection } from "../lib/method/detect/contract.ts";
import { DEFECT_KINDS, type PartKind } from "../lib/picture/stand_in/kinds.ts";
import { parseDefinition } from "../lib/product/experiment/definition.ts";
import { detect, enlarge, judge, pool, see, segad, type SegadParts, toFeatures } from "../lib/product/model/flow.ts";
import { type Described, eachPicture, type Found } from "../lib/product/model/maps_to_features.ts";
import type { AsyncStage } from "../lib/stage.ts";
import { type OpenModel, openModel } from "../lib/product/model/open_model.ts";
import { runPipeline } from "../lib/product/run/run.ts";
import folderPipeline from "../pipelines/folder.ts";
import { type BatchTimes, latencyTable, openStageClock, type StageClock } from "./stage_clock.ts";

const REPEATS = 30, WARM = 8;
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
    for (let i = 0; i < WARM + REPEATS; i++) {
      if (i === WARM) clock.reset();
      await scoreOnce(model, some(files, batch, i * batch), clock);
      clock.lap();
    }
    await checkScores(model, some(files, batch, 0), clock);
    batches.push({ batch, stages: clock.stages() });
  }
  console.log(latencyTable(batches));
} finally {
  await model.close();
  if (made) await rm(made.folder, { recursive: true, force: true });
}

function some(files: readonly Uint8Array[], count: number, from: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => files[(from + n) % files.length]);
}

/** Throws an Error where the stages that are measured do not give the scores of the flow as a whole. */
async function checkScores(model: OpenModel, files: readonly Uint8Array[], clock: StageClock): Promise<void> {
  const { file: { picture }, parts } = model;
  const photos = await Promise.all(
    files.map(async (one) => toPhoto(resizePixels(await readSource(one, picture), picture, picture.filter))),
  );
  const { score } = await segad(parts)({ ids: files.map((_, n) => `${n}`), image: toImage(photos) });
  const staged = await scoreOnce(model, files, clock);
  if (score.data.every((value, n) => value === staged.data[n])) return;
  throw new Error(`Cannot trust the times as the stages give ${staged.data}, and scoring gives ${score.data}`);
}

/** Scores pictures stage by stage. */
async function scoreOnce({ file, parts }: OpenModel, files: readonly Uint8Array[], clock: StageClock): Promise<Score> {
  const ids = files.map((_, n) => `${n}`);
  const decoded = await clock.time("decode", () => Promise.all(files.map((one) => readSource(one, file.picture))));
  const image = clock.timeSync("resize", () => {
    const { picture } = file;
    return toImage(decoded.map((pixels) => toPhoto(resizePixels(pixels, picture, picture.filter))));
  });
  const seen = await clock.time("backbone", () => see(parts)({ ids, image }));
  const found = await clock.time("checks of maps", async () => {
    // One after the other: side by side they could not be told apart.
    const each: Detection[] = [];
    for (const { title, applied } of parts.detectors) each.push(await clock.time(title, () => applied.detect(seen)));
    const known = parts.detectors.map((one, k) => ({
      ...one,
      applied: { ...one.applied, detect: () => Promise.resolve(each[k]) },
    }));
    return await detect({ ...parts, detectors: known })(seen);
  });
  const described = await clock.time("joining of columns", () => describe(parts, clock)(found));
  const { score } = await clock.time("judge", () => judge(parts)(described));
  await clock.time("reason", async () => {
    const explanation = explainJudge(parts.judge, parts);
    if (!explanation) return;
    const contributions = await explanation.contributions(described);
    const bad = Array.from(score.data, (value) => decide(value, file.decision.threshold) === "bad");
    reasonsInWords({ features: described.features, contributions, bad, model: explanation });
  });
  return score;
}

/** The middle of the flow with its stages timed. */
function describe(parts: SegadParts, clock: StageClock): AsyncStage<Found, Described> {
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

/** A model with two detectors, evidence and a forest, of drawn parts; the pictures are those of parts that it has not seen. */
async function fitStandIn(): Promise<{ folder: string; run: string; paths: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "segad-latency-"));
  const draw = async (name: string, index: number, kind: PartKind) => {
    const path = join(folder, name, `${index}.png`);
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(path, await encodePng(renderPart(partSpec({ seed: 0, index, kind }))));
    return path;
  };
  for (let i = 0; i < 40; i++) await draw("parts/good", i, "good");
  for (let i = 40; i < 56; i++) await draw("parts/bad", i, DEFECT_KINDS[i % DEFECT_KINDS.length]);
  const paths: string[] = [];
  for (let i = 56; i < 72; i++) {
    paths.push(await draw("new", i, i % 2 ? "good" : DEFECT_KINDS[i % DEFECT_KINDS.length]));
  }
  const { Forest, Regression } = folderPipeline.methods;
  const definition = parseDefinition({
    ...folderPipeline,
    methods: { Forest, Regression, Together: { together: ["Regression", "Forest"] } },
    decision: { ...folderPipeline.decision, method: "Together" },
  });
  await runPipeline(definition, {
    ...{ file: "bench/latency.ts", data: join(folder, "parts"), size: "small", device: "cpu" },
    ...{ runs: join(folder, "runs"), cache: join(folder, "cache"), name: "latency" },
    reporter: { say: () => {}, warn: console.error, progress: () => {} },
    signal: new AbortController().signal,
  });
  return { folder, run: join(folder, "runs", definition.name, "latency"), paths };
}
