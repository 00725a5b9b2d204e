/**
 * What a report shows, as plain data. The pipeline fills it; nothing here reads a file or a clock.
 * @module
 */
import type { Photo } from "../../domain.ts";
import type { Decision } from "../../method/evaluate/decide.ts";
import type { MethodComparison, ResultRow, ScoreSet, Worth } from "../experiment/results.ts";
import type { Cost } from "../run/judge/worth.ts";

/** A detector's map over a picture. */
export interface ReportMap {
  detector: string;
  /** H·W values in the detector's own unit, of the size of the photo. */
  map: Float32Array;
  /** Where the colours begin, e.g. the median over good parts. At or below it the photo is untouched. */
  low: number;
  /** Where the colours end, e.g. the 99.9 % quantile over good parts. */
  high: number;
}

/** A picture worth looking at. */
export interface ReportPicture {
  id: string;
  label: "good" | "bad";
  unseen: boolean;
  /** The type of the defect, where it is known. */
  kind?: string;
  /** The group that it is shown in, as {@linkcode selectPictures} names it: "missed defect", "false alarm", … */
  why: string;
  score: number;
  decision: Decision;
  /** The contributions in words: "solder_dots: PatchCore q99.5 above 99 % of good parts". */
  reason: string;
  photo: Photo;
  maps: readonly ReportMap[];
  /** H·W, 1 on the borders of segments. */
  outline: Uint8Array;
}

/** Everything that a report shows. */
export interface ReportInput {
  title: string;
  /** The pipeline file. */
  pipeline: string;
  /** What was read, in words: a folder and its layout, or the stand-in. */
  data: string;
  /** When the run began, as text; left out, the report has no date. */
  date?: string;
  notes: readonly string[];
  seeds: readonly number[];
  counts: Record<string, number>;
  versions: Record<string, string>;
  rows: readonly ResultRow[];
  comparisons?: readonly MethodComparison[];
  /** What each detector, segment and block of evidence is worth, what detectors cost, and what would help most. */
  worth?: readonly Worth[];
  costs?: readonly Cost[];
  advice?: readonly string[];
  /** Bad training parts by benchmark, for the learning curve. */
  curve?: Readonly<Record<string, number>>;
  scores: readonly ScoreSet[];
  pictures: readonly ReportPicture[];
  /** Which scores the pictures were chosen by. */
  picturesFrom?: { benchmark: string; method: string; seed: number };
  segmentNames: readonly string[];
}
