/** A verdict as plain data for services, files and lines: what was decided, by which threshold, where, and why. @module */
import type { Photo } from "../../domain.ts";
import type { DetailedVerdict, Scorer, Verdict } from "../model/scorer.ts";
import type { Contribution, Details } from "../model/details.ts";
import type { Size } from "../../picture/image/resize.ts";
import { type Watched, watcherOf } from "../drift/watched.ts";
import type { GoodParts } from "../model/good_parts.ts";
import { operatorReason } from "./operator_reason.ts";

/** What is said of a picture. */
export interface StructuredVerdict extends Verdict {
  /** What the picture is called. */
  readonly file: string;
  /** For people at the line. */
  readonly reason: string;
  /** The statistics behind it, in words. */
  readonly statistics: string;
  /** A part whose score is at least this is bad … */
  readonly threshold: number;
  /** … and is to be looked at where it is at least this. */
  readonly review?: number;
  /** What each segment has added to the score, the most towards bad first; none where the judge has no columns. */
  readonly segments: readonly SegmentShare[];
  /** The strangest place, in pixels of a picture of the size `of`. */
  readonly box?: PlacedBox;
  /** What a line of parts is watched by, of models that know what good parts look like. */
  readonly watched?: Watched;
}

/** The strangest place of a picture. */
export interface PlacedBox {
  /** Its first column. */
  readonly x: number;
  /** Its first row. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The picture that these are pixels of: all pictures are brought to the size of the model. */
  readonly of: { readonly height: number; readonly width: number };
  /** Whose map it was found in. */
  readonly detector: string;
  readonly segment?: string;
  /** The map's value at the strangest pixel, in its own unit. */
  readonly value: number;
}

/** A segment's part in a score. */
export interface SegmentShare {
  /** Null is the whole picture, and what has no place. */
  readonly name: string | null;
  /** What it has added to the score, in the score's unit. */
  readonly contribution: number;
  /** The column of it that pushes most towards bad. */
  readonly worst?: {
    readonly detector: string;
    readonly statistic: string;
    /** Null where it cannot be computed. */
    readonly value: number | null;
    /** The share of good parts that it lies beyond, 0 to 1. */
    readonly share?: number;
    /** On which side of them. */
    readonly side?: "above" | "below";
  };
}

/**
 * The verdict on a picture as plain data, which JSON can hold.
 *
 * ```ts ignore
 * const [verdict] = await scorer.score([{ id: "a.png", photo }], { details: true });
 * console.log(JSON.stringify(structureVerdict("a.png", { verdict, photo }, scorer)));
 * ```
 */
export function structureVerdict(
  file: string,
  { verdict, photo, size }: {
    readonly verdict: Omit<DetailedVerdict, "seen">;
    readonly photo: Photo;
    readonly size?: Size;
  },
  { threshold, review, goodParts }: Pick<Scorer, "threshold" | "review" | "goodParts">,
): StructuredVerdict {
  const { score, decision, reason, details } = verdict;
  return {
    ...{ file, score, decision, threshold },
    ...review !== undefined && { review },
    reason: operatorReason(verdict, photo, goodParts),
    statistics: reason,
    segments: bySegment(details.contributions),
    ...details.worst && { box: boxOf(details.worst, details.size) },
    ...goodParts && { watched: watcherFor(goodParts)(details, photo, size) },
  };
}

/** It is made once a model. */
const watchers = new WeakMap<GoodParts, ReturnType<typeof watcherOf>>();

function watcherFor(goodParts: GoodParts): ReturnType<typeof watcherOf> {
  const known = watchers.get(goodParts) ?? watcherOf(goodParts);
  watchers.set(goodParts, known);
  return known;
}

function boxOf({ x, y, width, height, ...of }: NonNullable<Details["worst"]>, size: Details["size"]): PlacedBox {
  return { x, y, width, height, of: size, ...of };
}

function bySegment(contributions: readonly Contribution[]): SegmentShare[] {
  const groups = Map.groupBy(contributions, ({ segment }) => segment ?? null);
  return Array.from(groups, ([name, own]) => {
    const worst = own.filter(({ strongest }) => strongest)
      .sort((a, b) => b.strongest!.logit - a.strongest!.logit)[0];
    return {
      name,
      contribution: own.reduce((sum, { logit }) => sum + logit, 0),
      ...worst && { worst: worstOf(worst) },
    };
  }).sort((a, b) => b.contribution - a.contribution);
}

function worstOf({ source, strongest }: Contribution): NonNullable<SegmentShare["worst"]> {
  const { statistic, value, share, side } = strongest!;
  return {
    ...{ detector: source, statistic },
    value: Number.isNaN(value) ? null : value,
    ...share !== undefined && { share, side },
  };
}
