/** A closer look at a scored picture: its maps and segments, what pushed its score, and where its worst place is. @module */
import { type Photo, type SegmentMap, STATISTICS } from "../../domain.ts";
import { parseColumn } from "../../method/features/columns.ts";
import type { Contributions } from "../../method/forest/forest.ts";
import { type GoodQuantiles, standing } from "../../method/forest/good_quantiles.ts";
import { segmentStats } from "../../method/stats/segment_stats.ts";
import { outlineSegments } from "../../picture/segment/outline.ts";
import type { Judged, SegadParts } from "./flow.ts";
import { type Box, worstPlace } from "./worst_place.ts";

/** What a verdict is made of; planes are row-major, H·W, at the size of the model. */
export interface Details {
  /** The picture that was judged, where it is not the one that was given: turned and moved. */
  readonly aligned?: Photo;
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
  /** How many good parts the values were compared with; absent where the judge has kept none. */
  readonly goodParts?: number;
  /** The four statistics of each map in each segment, whatever the judge sees of them: what a line of parts is watched by. */
  readonly statistics: {
    /** `solder_dots.patchcore.q995`; none where there is no map. */
    readonly columns: readonly string[];
    /** One a column; NaN where a segment has none. */
    readonly values: Float64Array;
  };
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
  /** The one of them that pushes most towards bad; absent where none does. */
  readonly strongest?: StrongestColumn;
}

/** A column and where its value stands. */
export interface StrongestColumn {
  /** What of the map it is: `q995`; where the column is of another form, its name. */
  readonly statistic: string;
  /** NaN where it is missing. */
  readonly value: number;
  /** In log-odds. */
  readonly logit: number;
  /** The share of good parts that it lies beyond, 0 to 1; 1 where it lies beyond all. Absent where none are known … */
  readonly share?: number;
  /** … as is on which side of them. */
  readonly side?: "above" | "below";
}

/** What a judge has seen of pictures, and of good parts. */
export interface Explained {
  readonly contributions: Contributions;
  readonly goodQuantiles?: GoodQuantiles;
}

/** The details of picture `n` of what was judged with its views. */
export function detailsOf(
  { detectors, size: { height, width } }: Pick<SegadParts, "size"> & { readonly detectors: readonly Titled[] },
  { views, columns, features }: Pick<Judged, "views" | "columns" | "features">,
  explained: Explained | undefined,
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
  const row = explained?.contributions.data.subarray(n * (columns.length + 1), (n + 1) * (columns.length + 1));
  const values = features.data.subarray(n * columns.length, (n + 1) * columns.length);
  const quantiles = explained?.goodQuantiles;
  const contributions = row
    ? groupBySegment(columns, row, (f) => strongestOf(columns[f], f, values[f], row[f], quantiles))
    : [];
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
    ...quantiles && { goodParts: quantiles.parts },
    statistics: view && detectors.length > 0
      ? statisticsOf(detectors, view)
      : { columns: [], values: new Float64Array() },
    ...map && box && { worst: { detector: map.name, ...place >= 0 && { segment }, ...box } },
  };
}

function planesOf({ names, labels }: SegmentMap<number>): { names: readonly string[]; labels: Uint8Array } {
  return { names, labels: labels.data };
}

/** A detector by its names. */
interface Titled {
  readonly name: string;
  readonly title: string;
}

/** As `pool` has them: a view is of one picture, its segment map has its own row or the one of all. */
function statisticsOf(
  detectors: readonly Titled[],
  { maps, segmentMap }: NonNullable<Judged["views"]>[number],
): Details["statistics"] {
  const { data } = segmentStats({ maps: detectors.length, segmentMap })(maps);
  const columns = segmentMap.names.flatMap((segment) =>
    detectors.flatMap(({ name }) => STATISTICS.map((statistic) => `${segment}.${name}.${statistic}`))
  );
  return { columns, values: data };
}

function strongestOf(
  column: string,
  f: number,
  value: number,
  logit: number,
  quantiles: GoodQuantiles | undefined,
): StrongestColumn {
  const found = quantiles && standing(quantiles, f, value);
  const side = found && (found.below >= found.above ? "above" as const : "below" as const);
  return {
    statistic: parseColumn(column)?.statistic ?? column,
    ...{ value, logit },
    ...found && { share: Math.max(found.below, found.above), side },
  };
}

function groupBySegment(
  columns: readonly string[],
  row: Float32Array,
  strongest: (f: number) => StrongestColumn,
): Contribution[] {
  const groups = new Map<string, { segment?: string; source: string; logit: number; most: number; at: number }>();
  for (const [f, column] of columns.entries()) {
    const { segment, source } = parseColumn(column) ?? { source: column };
    const key = JSON.stringify([segment, source]);
    const group = groups.get(key) ?? { ...segment !== undefined && { segment }, source, logit: 0, most: 0, at: -1 };
    group.logit += row[f];
    if (row[f] > group.most) [group.most, group.at] = [row[f], f];
    groups.set(key, group);
  }
  return Array.from(groups.values(), ({ most: _, at, ...group }) => (
    { ...group, ...at >= 0 && { strongest: strongest(at) } }
  )).sort((a, b) => b.logit - a.logit);
}
