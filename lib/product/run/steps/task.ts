/**
 * A run is a graph of tasks. A task is plain JSON: whatever process has the cache and the pictures can do it, by what
 * it contains alone.
 * @module
 */
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { PictureSettings } from "../../../picture/image/settings.ts";
import type { Source } from "../../experiment/experiment.ts";

/**
 * What kinds of tasks there are, in the order in which they build on each other: a detector is fitted, a classifier is
 * trained; pictures are mapped; the detector's own scores are gathered; a trained classifier scores pictures; maps become
 * features; what is usual in good parts is learnt, and what is unusual in a picture becomes evidence; pixels are judged; a
 * forest is trained.
 */
export const KINDS = [
  ...["fit", "train", "map", "score", "classify", "feature", "standard", "evidence", "pixels", "forest"] as const,
] as const;
/** One of {@linkcode KINDS}. */
export type Kind = typeof KINDS[number];

/** One piece of work, whose result is one entry of the cache. */
export interface Task<K extends Kind = Kind, Spec = unknown> {
  readonly kind: K;
  /** Where its result is kept: a hash of everything that can change it. */
  readonly key: string;
  /** In words: "Fit PaDiM, seed 333". */
  readonly title: string;
  /** Keys of the results that it reads. */
  readonly needs: readonly string[];
  /** All else that it needs to know. */
  readonly spec: Spec;
}

/** A picture of a task. */
export interface Picture extends Source {
  /** Of its file. */
  readonly sha256: string;
  /** Of the file of its mask, where masks count. */
  readonly mask?: string;
  /** Of its segment map, where a defect is drawn into a segment. */
  readonly segments?: string;
}

/** How pictures are looked at: the same in all tasks of a run. */
export interface Sight {
  /** How they are brought to one size. */
  readonly picture: PictureSettings;
  /** The segment maps, as a pipeline names them. */
  readonly segments: string;
  /** SHA-256 of the backbone, and the layers that are computed. */
  readonly backbone: string;
  readonly layers: readonly string[];
}

/** What the content of a picture is called, whatever its file is called. */
export function contentOf({ sha256: file, defect, segments }: Picture): string {
  return defect === undefined ? file : sha256(canonicalJson({ file, defect, segments }));
}
