/** A closer look at a scored picture: its maps and segments, what pushed its score, and where its worst place is. @module */
import type { SegmentMap } from "../../domain.ts";
import { parseColumn } from "../../method/features/columns.ts";
import type { Contributions } from "../../method/forest/forest.ts";
import { outlineSegments } from "../../picture/segment/outline.ts";
import type { Judged, SegadParts } from "./flow.ts";
import { type Box, worstPlace } from "./worst_place.ts";

/** What a verdict is made of; planes are row-major, H·W, at the size of the model. */
export interface Details {
  /** Of the planes, in pixels. */
  readonly size: { readonly height: number; readonly width: number };
  /** The map of each detector, smoothed, in its own unit, higher is stranger. */
  readonly maps: readonly { readonly name: string; readonly title: string; readonly values: Float32Array }[];
  /** What is where. */
  readonly segments: {
    readonly names: readonly string[];
    /** The segment of each pixel by its place in the names; 255 is none. */
    readonly labels: Uint8Array;
    /** 1 on the lines between segments. */
    readonly outline: Uint8Array;
  };
  /**
   * How far each segment moved the score as each detector sees it, the furthest towards bad first: the sum over its columns,
   * in log-odds. Without a segment it is the whole picture, or a classifier's score. None where the judge has no columns.
   */
  readonly contributions: readonly Contribution[];
  /** What the score is without them: with all contributions it sums to the score. */
  readonly bias?: number;
  /**
   * The strangest place: in the map and the segment that push the score most towards bad, or where nothing says which, in the
   * first detector's map. Absent where no place stands out, or there is no map.
   */
  readonly worst?: Box & { readonly detector: string; readonly segment?: string };
}

/** What some columns have done to the score. */
export interface Contribution {
  /** The columns' segment; absent where they are of the whole picture. */
  readonly segment?: string;
  /** The detector or classifier, by its name; a column of another form, by its own. */
  readonly source: string;
  /** How much they have added to the score, in log-odds. */
  readonly logit: number;
}

/** The details of picture `n` of what was judged with its views. */
export function detailsOf(
  { detectors, size: { height, width } }: Pick<SegadParts, "detectors" | "size">,
  { views, columns }: Pick<Judged, "views" | "columns">,
  shap: Contributions | undefined,
  n: number,
): Details {
  const size = { height, width };
  const view = views?.[n];
  const pixels = height * width;
  const maps = view
    ? detectors.map(({ name, title }, k) => (
      { name, title, values: view.maps.data.slice(k * pixels, (k + 1) * pixels) }
    ))
    : [];
  const { names, labels } = view ? planesOf(view.segmentMap) : { names: [], labels: new Uint8Array(pixels).fill(255) };
  const row = shap?.data.subarray(n * (columns.length + 1), (n + 1) * (columns.length + 1));
  const contributions = row ? groupBySegment(columns, row) : [];
  const seen = contributions.find(({ source, logit }) => logit > 0 && maps.some(({ name }) => name === source));
  const { source: detector, segment } = seen ?? { source: maps[0]?.name, segment: undefined };
  const map = maps.find(({ name }) => name === detector);
  const place = segment === undefined ? -1 : names.indexOf(segment);
  const box = map &&
    worstPlace(map.values, size, place < 0 ? undefined : labels.map((label) => label === place ? 1 : 0));
  return {
    size,
    maps,
    segments: { names, labels, outline: view ? outlineSegments(view.segmentMap.labels) : new Uint8Array(pixels) },
    contributions,
    ...row && { bias: row[columns.length] },
    ...map && box && { worst: { detector: map.name, ...place >= 0 && { segment }, ...box } },
  };
}

function planesOf({ names, labels }: SegmentMap<number>): { names: readonly string[]; labels: Uint8Array } {
  return { names, labels: labels.data };
}

function groupBySegment(columns: readonly string[], row: Float32Array): Contribution[] {
  const groups = new Map<string, { segment?: string; source: string; logit: number }>();
  for (const [f, column] of columns.entries()) {
    const { segment, source } = parseColumn(column) ?? { source: column };
    const key = JSON.stringify([segment, source]);
    const group = groups.get(key) ?? { ...segment !== undefined && { segment }, source, logit: 0 };
    group.logit += row[f];
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.logit - a.logit);
}
