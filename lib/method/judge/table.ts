/** All kinds of judges. @module */
import { ownOf } from "../../base/text/own.ts";
import { join } from "node:path";
import type { SealedFolder } from "../../base/io/sealed_folder.ts";
import { type Score, score } from "../../domain.ts";
import type { AsyncStage } from "../../stage.ts";
import { selectColumns } from "../features/select.ts";
import { explain, forest } from "../forest/forest.ts";
import { readForestFolder, writeForest } from "../forest/model_file.ts";
import type { ForestRunner } from "../forest/runner.ts";
import { regression } from "./regression.ts";
import { togetherOf } from "./together.ts";
import type { Explanation, Judge, JudgeContext, JudgeInput, JudgeKind, JudgeRules, Judges } from "./contract.ts";

/** What each kind of judge does: another kind is a member of `Judges` and a row here. */
export const JUDGES: { readonly [K in JudgeKind]: JudgeRules<Judges[K]> } = {
  forest: {
    columns: ({ model }) => model.columns,
    title: () => "the forest",
    apply({ model }, { runner }) {
      const stage = forest({ features: "F", model, runner });
      return (input) => stage(selectColumns(input.features, input.columns, model.columns));
    },
    explain({ model }, { runner }) {
      const stage = explain({ features: "F", model, runner });
      return {
        columns: model.columns,
        goodQuantiles: model.goodQuantiles,
        contributions: (input) => stage(selectColumns(input.features, input.columns, model.columns)),
      };
    },
    write: ({ model }, folder) => writeForest(join(folder, "forest"), model),
    async read(folder, _, runner) {
      const place = folder.below("forest");
      try {
        return { kind: "forest", model: await readForestFolder(place, runner) };
      } catch (cause) {
        throw new Error(`Cannot use the forest in "${place.path}": run the pipeline again`, { cause });
      }
    },
  },
  detector: {
    ...alone(),
    read: (_, { detectors: [name] }) => Promise.resolve({ kind: "detector", name }),
  },
  classifier: {
    ...alone(),
    read: (_, { classifier = "" }) => Promise.resolve({ kind: "classifier", name: classifier }),
  },
  regression,
  together: togetherOf({
    apply: (judge, context) => applyJudge(judge, context),
    explain: (judge, context) => explainJudge(judge, context),
    columns: (judge) => columnsOf(judge),
    write: (judge, folder) => writeJudge(judge, folder),
    read: (kind, folder, own, runner) => readJudge(kind, folder, own, runner),
  }),
};

/** The names of all kinds. */
export const JUDGE_KINDS: readonly JudgeKind[] = Object.keys(JUDGES) as JudgeKind[];

/** What a judge does that gives on a score which is there already. Nothing of it is in a file of its own. */
function alone(): Omit<JudgeRules<{ readonly name: string }>, "read"> {
  return {
    columns: () => [],
    title: ({ name }, titles) => ownOf(titles, name) ?? name,
    apply: ({ name }) => ({ scores }) => {
      if (!Object.hasOwn(scores, name)) throw new RangeError(`Cannot judge by "${name}" as it has given no score`);
      const { shape, data } = scores[name];
      return Promise.resolve(score(shape, data));
    },
    write: () => Promise.resolve(),
  };
}

/**
 * The score of each picture by a judge.
 *
 * @throws {RangeError} (from the stage) where a column or an own score that it sees is not there
 *
 * ```ts
 * import { distance, features } from "../../domain.ts";
 * import { applyJudge } from "./table.ts";
 * const scores = { padim: distance([2], new Float32Array([3, 9])) };
 * const found = await applyJudge({ kind: "detector", name: "padim" })({ columns: [], features: features([2, 0]), scores });
 * console.assert(found.data.join() === "3,9");
 * ```
 */
export function applyJudge(judge: Judge, context: JudgeContext = {}): AsyncStage<JudgeInput, Score> {
  return rulesOf(judge).apply(judge, context);
}

/** What reasons are made of; undefined where the score is all that there is. */
export function explainJudge(judge: Judge, context: JudgeContext = {}): Explanation | undefined {
  return rulesOf(judge).explain?.(judge, context);
}

/** The columns that a judge sees. */
export function columnsOf(judge: Judge): readonly string[] {
  return rulesOf(judge).columns(judge);
}

/** Who a judge is, for messages: "the forest", "PatchCore". */
export function titleOf(judge: Judge, titles: Readonly<Record<string, string>>): string {
  return rulesOf(judge).title(judge, titles);
}

/** Writes what is not in `model.json` into the folder of a model. */
export function writeJudge(judge: Judge, folder: string): Promise<void> {
  return rulesOf(judge).write(judge, folder);
}

/** Reads a judge of a kind from the folder of a model. See {@linkcode JudgeRules.read}. */
export function readJudge(
  kind: JudgeKind,
  folder: SealedFolder,
  own: Parameters<JudgeRules<Judge>["read"]>[1],
  runner: ForestRunner,
): Promise<Judge> {
  return JUDGES[kind].read(folder, own, runner);
}

function rulesOf<K extends JudgeKind>({ kind }: { readonly kind: K }): JudgeRules<Judges[K]> {
  return JUDGES[kind];
}
