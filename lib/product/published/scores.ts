/** The scores of one class from maps, by every method and seed, as SegAD's published code has them. @module */
import type { MappedClass, MappedPart } from "./map_files.ts";
import { checkScores } from "../../method/evaluate/decide.ts";
import { reference } from "../../method/features/paper.ts";
import { forest } from "../../method/forest/forest.ts";
import { presets } from "../../method/forest/presets.ts";
import type { ForestRunner } from "../../method/forest/runner.ts";
import { trainForest } from "../../method/forest/train.ts";
import { sha256 } from "../../base/io/hash.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { features as toFeatures } from "../../domain.ts";
import { type Cache, keyOf } from "../run/cache/cache.ts";
import { attempt, type FailedCell, reasonOf } from "../experiment/failures.ts";
import type { Reporter } from "../../base/text/progress.ts";
import type { ReferenceDefinition } from "./definition.ts";
import { idOf, type ReferenceRows } from "./features.ts";
import type { ScoreSet } from "../experiment/results.ts";

/** One class, and what its forests are trained and kept with. */
export interface ClassWork {
  readonly definition: ReferenceDefinition;
  readonly parts: MappedClass;
  readonly rows: ReferenceRows;
  readonly segments: number;
  readonly runner: ForestRunner;
  readonly cache: Cache;
  readonly code: string;
  readonly onForest: () => void;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** All methods and seeds of a class, in the order of methods and then of seeds; a forest that fails leaves the others be. */
export async function judgeClass(work: ClassWork) {
  const { definition, parts } = work;
  const sets: ScoreSet[] = [];
  const lost: { readonly error: unknown; readonly cells: readonly FailedCell[] }[] = [];
  const grid = Object.keys(definition.methods).flatMap((method) => definition.seeds.map((seed) => ({ method, seed })));
  const ends = await Promise.all(grid.map(async ({ method, seed }) => {
    const found: { set?: ScoreSet } = {};
    const step = `The forest of ${method} for ${parts.name}, seed ${seed}`;
    const failure = await attempt(work, step, async () => {
      found.set = await judgeSeed(work, method, seed);
    });
    return { method, seed, failure, ...found };
  }));
  for (const { method, seed, failure, set } of ends) {
    if (set) sets.push(set);
    if (!failure) continue;
    const reason = reasonOf(failure);
    lost.push({ error: failure.error, cells: [{ benchmark: parts.name, method, seed, reason }] });
  }
  return { sets, lost };
}

async function judgeSeed(work: ClassWork, method: string, seed: number): Promise<ScoreSet> {
  const { definition, parts } = work;
  const { training, test } = dealParts(parts, definition.bad, seed);
  const how = definition.methods[method];
  const scores = "alone" in how
    ? test.map((part) => part.scores[definition.detectors.indexOf(how.alone)])
    : await forestScores(work, how.forest, seed, training, test);
  checkScores(method, test.map(idOf), scores);
  return {
    benchmark: parts.name,
    method,
    seed,
    parts: test.map((part, i) => ({ id: idOf(part), label: part.label, unseen: false, score: scores[i] })),
  };
}

/** `train_test_split` over the bad test parts in the order of the table: the first n − `bad` of the permutation stay. */
function dealParts({ training, test }: MappedClass, bad: number, seed: number) {
  const all = test.filter((part) => part.label === "bad");
  const order = Array.from(seededRandom(seed).permutation(all.length), (i) => all[i]);
  const judged = all.length - bad;
  return {
    training: [...training, ...order.slice(judged)],
    test: [...test.filter((part) => part.label === "good"), ...order.slice(0, judged)],
  };
}

async function forestScores(
  work: ClassWork,
  detectors: readonly string[],
  seed: number,
  training: readonly MappedPart[],
  test: readonly MappedPart[],
): Promise<Float32Array> {
  const { definition, runner, cache, code, onForest, signal } = work;
  const segments = Array.from({ length: work.segments }, (_, i) => `segment_${i}`);
  const columns = reference.columns({ detectors, segments });
  const table = (parts: readonly MappedPart[]) => {
    const data = Float32Array.from(parts.flatMap((part) => featuresOf(work, detectors, part)));
    return toFeatures([parts.length, columns.length], data);
  };
  const [features, judged] = [table(training), table(test)];
  const labels = Uint8Array.from(training, ({ label }) => label === "bad" ? 1 : 0);
  const settings = presets[definition.forest];
  const bytes = ({ data }: { data: Float32Array }) => sha256(new Uint8Array(data.buffer));
  const key = keyOf("reference-scores", {
    features: bytes(features),
    test: bytes(judged),
    labels: labels.join(""),
    columns,
    settings,
    seed,
    code,
  });
  const kept = await cache.load(key, (bytes) => {
    if (bytes.length !== 4 * test.length) throw new SyntaxError(`Cannot read ${bytes.length} bytes as scores`);
    return new Float32Array(bytes.slice().buffer);
  });
  if (kept) {
    onForest();
    return kept;
  }
  const name = `${work.parts.name}/${detectors.join("+")}/${seed}`;
  // All rows of df_training.csv by the bad parts that join them.
  const scalePosWeight = work.parts.training.length / definition.bad;
  signal.throwIfAborted();
  const model = await trainForest({ features, columns, labels, settings, seed, scalePosWeight, name }, runner);
  const { data } = await forest({ features: "F", model, runner })(judged);
  await cache.write(key, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  onForest();
  return data;
}

/** For segment, for detector: four statistics; then the maximum of each detector. */
function featuresOf({ rows, segments }: ClassWork, detectors: readonly string[], part: MappedPart): number[] {
  const own = detectors.map((detector) => rows.get(detector)!.get(idOf(part))!);
  return [
    ...Array.from({ length: segments }, (_, s) => own.flatMap((row) => [...row.subarray(4 * s, 4 * s + 4)])).flat(),
    ...own.map((row) => row[4 * segments]),
  ];
}
