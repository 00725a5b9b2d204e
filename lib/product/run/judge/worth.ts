/** What each detector, segment and block of evidence is worth: how much worse parts are told apart without it. @module */
import { join } from "node:path";
import { stat } from "node:fs/promises";
import { auroc } from "../../../method/evaluate/auroc.ts";
import { compareAuroc } from "../../../method/evaluate/delong.ts";
import { holm } from "../../../method/evaluate/holm.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { ScoreSet, Worth } from "../../experiment/results.ts";
import { regressionTable, scoresByFolds, withoutColumns } from "./regression_rows.ts";
import type { Cell, SeedPlan } from "../plan/run_plan.ts";
import { type TimingRow, timingRows } from "../cache/timings.ts";
import type { Workspace } from "../steps/workspace.ts";

/** What a detector costs; a figure of this machine. */
export interface Cost {
  readonly name: string;
  /** Wall time for a picture, without the backbone. */
  readonly milliseconds?: number;
  /** Of the file that a model keeps it in. */
  readonly megabytes?: number;
}

/** Columns that are left out together. */
interface Group {
  readonly kind: Worth["kind"];
  readonly name: string;
  readonly has: (column: string, block: string) => boolean;
}

/**
 * The worth of what the regression of a cell sees: the AUROC of regressions on the other folds without it. That of half of the
 * bad parts says whether more of them would help.
 *
 * @param set the scores of the cell
 * @returns none where no part is left without a group, or a class has fewer than two parts
 */
export async function worthOf(work: Workspace, cell: Cell, set: ScoreSet): Promise<Worth[]> {
  const { benchmark: { test, folds }, regression, experiment: { seed } } = cell;
  if (!regression || !folds) return [];
  const { columns, features, labels } = await regressionTable(work, test, regression.table);
  const bad = labels.reduce((sum, label) => sum + label, 0);
  if (bad < 4 || labels.length - bad < 2) return [];
  const { blocks } = regression;
  const blockOf = blocks.flatMap(({ name, width }) => new Array<string>(width).fill(name));
  const own = test.map(({ id }) => folds.get(id)!);
  const whole = set.parts.map(({ score }) => score);
  const found: Omit<Worth, "corrected">[] = [];
  const add = (kind: Worth["kind"], name: string, without: readonly number[]) => {
    const { difference, p } = compareAuroc(whole, without, labels);
    found.push({ kind, name, without: auroc(without, labels), difference, p });
  };
  const groups = groupsOf(work, blocks.map(({ name }) => name)).flatMap(({ has, ...group }) => {
    const without = columns.flatMap((column, f) => has(column, blockOf[f]) ? [f] : []);
    return without.length > 0 && without.length < columns.length ? [{ ...group, without }] : [];
  });
  const scores = groups.map(() => new Array<number>(test.length).fill(NaN));
  const deals = [...new Set(own)];
  const progress = (done: number) =>
    work.reporter.progress({ step: "What each part is worth", done, total: deals.length * groups.length });
  for (const [done, fold] of deals.entries()) {
    const judged = own.keys().filter((n) => own[n] === fold).toArray();
    const seen = own.keys().filter((n) => own[n] !== fold).toArray();
    const oddsWithout = withoutColumns(blocks, features, { labels, seen, judged });
    for (const [g, { without }] of groups.entries()) {
      work.signal.throwIfAborted();
      progress(done * groups.length + g);
      oddsWithout(without).forEach((odds, i) => scores[g][judged[i]] = odds);
      // Gives progress and Ctrl-C their turn.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  progress(deals.length * groups.length);
  groups.forEach(({ kind, name }, g) => add(kind, name, scores[g]));
  const bads = labels.keys().filter((n) => labels[n] === 1).toArray();
  const drawn = new Set(Array.from(seededRandom(seed).permutation(bad).subarray(0, bad >> 1), (i) => bads[i]));
  // A fold may hold all that were drawn.
  const halves = [...new Set(own)].every((fold) => [...drawn].some((n) => own[n] !== fold));
  if (halves) {
    const half = await scoresByFolds(
      work,
      { features, labels },
      own,
      blocks,
      (row) => labels[row] === 0 || drawn.has(row),
    );
    add("parts", `half of the ${bad} bad parts`, half);
  }
  const corrected = holm(found.map(({ p }) => p));
  return found.map((each, i) => ({ ...each, corrected: corrected[i] }));
}

/** Detectors, segments and blocks; of one detector or one segment there is none to leave out. */
function groupsOf({ definition, segments }: Workspace, blocks: readonly string[]): Group[] {
  const detectors = Object.keys(definition.detectors);
  const words = (column: string) => column.split(".");
  return [
    ...detectors.length < 2 ? [] : detectors.map((name): Group => ({
      kind: "detector",
      name,
      // The mean over all detectors holds it too.
      has: (column) => words(column).includes(name) || words(column).includes("all"),
    })),
    ...segments.names.length < 2 ? [] : segments.names.map((name): Group => ({
      kind: "segment",
      name,
      has: (column, block) => ["statistics", "standardised"].includes(block) && words(column)[0] === name,
    })),
    ...blocks.map((name): Group => ({ kind: "block", name, has: (_, block) => block === name })),
  ];
}

/** What each detector of a seed costs. */
export async function costsOf(work: Workspace, { detectors }: SeedPlan): Promise<Cost[]> {
  const steps = detectors.map(({ fit }) => ({ name: fit.spec.detector.name, kind: "detector" as const, key: fit.key }));
  const times: readonly TimingRow[] = await timingRows(work, steps);
  return await Promise.all(steps.map(async ({ name, key }): Promise<Cost> => {
    const speed = times.find((row) => row.name === name)?.picturesPerSecond;
    const size = await stat(join(work.cache.root, key)).then((info) => info.size, () => undefined);
    return {
      name,
      ...speed !== undefined && { milliseconds: 1000 / speed },
      ...size !== undefined && { megabytes: size / 1e6 },
    };
  }));
}
