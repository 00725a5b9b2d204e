/** What would help most, in words. @module */
import type { Worth } from "../experiment/results.ts";
import type { Cost } from "../run/judge/worth.ts";
import type { RunSummary } from "../run/run.ts";
import { percent } from "./figures.ts";
import { CHANCE } from "./worth_table.ts";

/** What a run says would help most; nothing where it has no model with folds behind it. */
export function adviceFor({ deployment, scores, results, costs }: RunSummary): string[] {
  if (!deployment || !results.worth) return [];
  const { model } = deployment;
  const { threshold, review = threshold, missing } = model.decision;
  const set = scores.find(({ benchmark, method, seed }) =>
    benchmark === model.benchmark && method === model.method && seed === model.seed
  );
  const bad = set?.parts.filter(({ label, kind }) => label === "bad" && kind !== undefined) ?? [];
  const kinds = Array.from(Map.groupBy(bad, ({ kind }) => kind!), ([kind, parts]) => ({
    kind,
    parts: parts.length,
    caught: parts.filter(({ score }) => score >= review).length,
  }));
  const { kind } = model.segments;
  return adviceOf({
    worth: results.worth,
    costs,
    kinds: kinds.length > 1 ? kinds : [],
    missing,
    segments: kind === "rings" || kind === "none" ? kind : "map",
    shifted: deployment.shifted,
  });
}

/** A kind of bad part, and how many of it a threshold catches that were not learned from. */
export interface KindCaught {
  readonly kind: string;
  readonly caught: number;
  readonly parts: number;
}

/** What is known that more could be made of. */
export interface AdviceFacts {
  readonly worth: readonly Worth[];
  readonly costs: readonly Cost[];
  /** Of known kinds. */
  readonly kinds: readonly KindCaught[];
  /** More bad parts that it takes to promise the recall. */
  readonly missing?: number;
  /** The segments are no map of the part's own: rings or none. */
  readonly segments: "map" | "rings" | "none";
  /** The share of good pictures whose part lies elsewhere than in the others, where that is known. */
  readonly shifted?: number;
}

/**
 * What would help most, and what may be dropped, in sentences, the first the most likely to help.
 *
 * ```ts
 * import { adviceOf } from "./advice.ts";
 * const kinds = [{ kind: "hole", caught: 3, parts: 8 }, { kind: "dent", caught: 8, parts: 8 }];
 * console.assert(adviceOf({ worth: [], costs: [], kinds, segments: "map" })[0].startsWith("More bad parts of the kind hole"));
 * ```
 */
export function adviceOf({ worth, costs, kinds, missing = 0, segments, shifted = 0 }: AdviceFacts): string[] {
  const lines: string[] = [];
  if (shifted >= 0.1) {
    lines.push(
      `Alignment: in ${
        percent(shifted)
      } % of the good pictures the part lies elsewhere than in the others, which detectors ` +
        "and segments take for defects. A holder, or cutting the part out, helps before all else; --align good-parts turns and moves each picture first.",
    );
  }
  const worst = kinds.filter(({ caught, parts }) => parts >= 2 && caught < parts)
    .sort((a, b) => a.caught / a.parts - b.caught / b.parts || b.parts - a.parts)[0];
  const half = worth.find(({ kind }) => kind === "parts");
  const gains = half && half.difference > 0 && half.corrected < CHANCE;
  const gained = gains ? `: half of them cost ${percent(half.difference)} points of AUROC, beyond chance` : "";
  if (worst) {
    lines.push(
      `More bad parts of the kind ${worst.kind}: of ${worst.parts} that were not learned from, ${
        worst.parts - worst.caught
      } ` +
        `${worst.parts - worst.caught === 1 ? "is" : "are"} missed, the most of all kinds${gained}.`,
    );
  } else if (gains) {
    lines.push(`More bad parts${gained}.`);
  } else if (missing > 0) {
    lines.push(`${missing} more bad parts, for a threshold that can promise its recall.`);
  }
  if (segments !== "map") {
    lines.push(
      `A segment map of the part: ${
        segments === "rings" ? "rings by the distance from the border stand" : "the whole picture stands"
      } in for it (see segmaps/README.md).`,
    );
  }
  const idle = worth.filter(({ kind, corrected, difference }) =>
    kind === "detector" && (corrected >= CHANCE || difference <= 0)
  );
  if (idle.length > 0 && idle.length < worth.filter(({ kind }) => kind === "detector").length) {
    const [{ name }] = idle;
    const cost = costs.find((each) => each.name === name);
    const saves = [
      ...cost?.milliseconds === undefined ? [] : [`${cost.milliseconds.toFixed(0)} ms a picture`],
      ...cost?.megabytes === undefined ? [] : [`${cost.megabytes.toFixed(1)} MB`],
    ];
    lines.push(
      `The regression is not worse without ${name}, beyond chance: leaving it out saves ${
        saves.join(" and ") || "time"
      }.`,
    );
  }
  return lines;
}
