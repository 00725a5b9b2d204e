/** Methods that another is made of, those of them that could be judged. @module */
import type { ScoreSet } from "../../experiment/results.ts";
import type { Workspace } from "../steps/workspace.ts";

/**
 * Those of some methods that could be judged, their scores, and which of them are detectors alone.
 *
 * @throws {Error} where none could
 */
export function madeOf(
  work: Pick<Workspace, "definition">,
  methods: readonly string[],
  others: readonly (ScoreSet | undefined)[],
): { readonly methods: readonly string[]; readonly sets: readonly ScoreSet[]; readonly alone: readonly boolean[] } {
  const left = methods.filter((_, m) => others[m]);
  if (left.length === 0) throw new Error("Cannot judge as no method that it is made of could be judged");
  return { methods: left, sets: others.flatMap((set) => set ?? []), alone: aloneIn(work, left) };
}

/** Which of some methods are detectors alone. */
function aloneIn({ definition }: Pick<Workspace, "definition">, methods: readonly string[]): boolean[] {
  return methods.map((method) => "alone" in definition.methods[method]);
}
