/** Several judges as one: the weighted sum of their scores, each standardised by good parts that it was not trained on. @module */
import { join } from "node:path";
import { type } from "arktype";
import { type Score, score } from "../../domain.ts";
import { shaped } from "../../base/tensor/tensor.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import type { SealedFolder } from "../../base/io/sealed_folder.ts";
import type { Contributions } from "../forest/forest.ts";
import { type GoodQuantiles, LEVELS } from "../forest/good_quantiles.ts";
import type { ForestRunner } from "../forest/runner.ts";
import type { Explanation, Judge, JudgeContext, JudgeKind, JudgeRules, Judges, Member } from "./contract.ts";
import type { JudgeInput } from "./contract.ts";
import type { AsyncStage } from "../../stage.ts";

const finite = type("number").narrow((value, context) => Number.isFinite(value) || context.mustBe("finite"));
const membersSchema = type({
  "+": "reject",
  kind: "'forest' | 'detector' | 'classifier' | 'regression'",
  "name?": "string",
  "log?": "true",
  mean: finite,
  deviation: finite.and("number > 0"),
  weight: finite,
}).array().atLeastLength(1);

/** The standardised scores' sum. It is 0 for an ordinary good part, whoever the members are. */
export function sumScores(
  members: readonly Omit<Member, "judge">[],
  scores: readonly ArrayLike<number>[],
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: scores[0]?.length ?? 0 }, (_, n) => {
    let sum = 0;
    members.forEach(({ log, mean, deviation, weight }, m) => {
      const value = scores[m][n];
      sum += weight * ((log ? logOf(value) : value) - mean) / deviation;
    });
    return sum;
  });
}

/** The logarithm of a distance; of 0 it is that of the smallest that single precision can tell from it. */
export function logOf(distance: number): number {
  return Math.log(Math.max(distance, 1e-30));
}

/** What members of any kind do: the table's own functions, which this kind is in itself. */
export interface MemberRules {
  apply(judge: Judge, context: JudgeContext): AsyncStage<JudgeInput, Score>;
  explain(judge: Judge, context: JudgeContext): Explanation | undefined;
  columns(judge: Judge): readonly string[];
  write(judge: Judge, folder: string): Promise<void>;
  read(
    kind: JudgeKind,
    folder: SealedFolder,
    own: Parameters<JudgeRules<Judge>["read"]>[1],
    runner: ForestRunner,
  ): Promise<Judge>;
}

/** What several judges do together. */
export function togetherOf(rules: MemberRules): JudgeRules<Judges["together"]> {
  return {
    columns: ({ members }) => [...new Set(members.flatMap(({ judge }) => rules.columns(judge)))],
    title: () => "the judges together",
    apply({ members }, context) {
      const stages = members.map(({ judge }) => rules.apply(judge, context));
      return async (input): Promise<Score> => {
        const each = await Promise.all(stages.map((stage) => stage(input)));
        return score([input.features.shape[0]], sumScores(members, each.map(({ data }) => data)));
      };
    },
    explain({ members }, context): Explanation {
      const columns = [...new Set(members.flatMap(({ judge }) => rules.columns(judge)))];
      const place = new Map(columns.map((column, f) => [column, f]));
      const explained = members.map((member) => {
        const explanation = rules.explain(member.judge, context);
        return {
          member,
          explanation,
          places: Uint32Array.from(explanation?.columns ?? [], (column) => place.get(column)!),
        };
      });
      const stages = members.map(({ judge }) => rules.apply(judge, context));
      return {
        columns,
        goodQuantiles: joinQuantiles(columns, explained.flatMap(({ explanation }) => explanation ?? [])),
        async contributions(input): Promise<Contributions> {
          const N = input.features.shape[0];
          const width = columns.length + 1;
          const all: Contributions = shaped("f32", ["N", "F+1"], [N, width]);
          for (const [m, { member, explanation, places }] of explained.entries()) {
            const scale = member.weight / member.deviation;
            const shift = -member.weight * member.mean / member.deviation;
            if (!explanation) {
              // A score without columns moves all the same; it stands with the bias.
              const own = (await stages[m](input)).data;
              for (let n = 0; n < N; n++) {
                all.data[n * width + width - 1] += scale * (member.log ? logOf(own[n]) : own[n]) + shift;
              }
              continue;
            }
            const part = (await explanation.contributions(input)).data;
            const F = places.length;
            for (let n = 0; n < N; n++) {
              for (let f = 0; f < F; f++) all.data[n * width + places[f]] += scale * part[n * (F + 1) + f];
              all.data[n * width + width - 1] += scale * part[n * (F + 1) + F] + shift;
            }
          }
          return all;
        },
      };
    },
    async write({ members }, folder) {
      for (const [m, { judge }] of members.entries()) await rules.write(judge, join(folder, "together", String(m)));
      const list = members.map(({ judge, ...scale }) => ({
        kind: judge.kind,
        ..."name" in judge && { name: judge.name },
        ...scale,
      }));
      const text = `${JSON.stringify(list, undefined, 2)}\n`;
      await writeFileAtomic(join(folder, "together", "members.json"), new TextEncoder().encode(text));
    },
    async read(folder, own, runner) {
      const place = folder.below("together");
      const path = join(place.path, "members.json");
      let list: typeof membersSchema.infer;
      try {
        const found = membersSchema(JSON.parse(new TextDecoder().decode(await place.read("members.json"))));
        if (found instanceof type.errors) throw new SyntaxError(found.summary);
        list = found;
      } catch (cause) {
        throw new Error(`Cannot use the judges in "${path}": run the pipeline again`, { cause });
      }
      const members: Member[] = [];
      for (const [m, { kind, name, ...scale }] of list.entries()) {
        const named = name === undefined ? own : { detectors: [name], classifier: name };
        const judge = await rules.read(kind, place.below(String(m)), named, runner);
        if (judge.kind === "together") throw new SyntaxError(`Cannot use "${path}" as judges together hold no others`);
        members.push({ judge, ...scale });
      }
      return { kind: "together", members };
    },
  };
}

/** What good parts have in each column, by whichever member knows. */
function joinQuantiles(columns: readonly string[], explanations: readonly Explanation[]): GoodQuantiles | undefined {
  const known = explanations.filter(({ goodQuantiles }) => goodQuantiles);
  if (known.length === 0) return undefined;
  const quantiles = new Float32Array(columns.length * LEVELS).fill(NaN);
  const placeOf = known.map(({ columns }) => new Map(columns.map((column, at) => [column, at] as const)));
  for (const [f, column] of columns.entries()) {
    const m = placeOf.findIndex((places) => places.has(column));
    if (m < 0) continue;
    const from = placeOf[m].get(column)! * LEVELS;
    quantiles.set(known[m].goodQuantiles!.quantiles.subarray(from, from + LEVELS), f * LEVELS);
  }
  return { parts: known[0].goodQuantiles?.parts ?? 0, quantiles };
}
