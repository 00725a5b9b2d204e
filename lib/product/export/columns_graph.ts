/** The middle of the flow as one graph: from maps at their own grids to the columns that a judge sees. @module */
import { buildModel } from "../../engine/graph/model.ts";
import { concat, reduceMax, reshape } from "../../engine/graph/ops.ts";
import { input, literal, type Value } from "../../engine/graph/value.ts";
import type { Grid } from "../../method/detect/contract.ts";
import type { EvidenceFitted } from "../../method/evidence/fitted.ts";
import { evidenceValues } from "../../method/evidence/evidence_graph.ts";
import { reference } from "../../method/features/paper.ts";
import { selected } from "../../method/judge/judge_graph.ts";
import type { MapSmoothing } from "../../method/learn/upsample.ts";
import { upsampled } from "../../method/learn/upsample_graph.ts";
import { segmentStatistics } from "../../method/stats/segment_graph.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";

/** What the columns are made of. */
export interface ColumnsGraphOptions {
  /** Of the pictures. */
  readonly size: { readonly height: number; readonly width: number };
  /** Deviation of the Gaussian over each map, in pixels of the picture: of all, or one a detector. */
  readonly smoothing: number | readonly MapSmoothing[];
  /** The grid of each detector's map. */
  readonly maps: readonly Grid[];
  /** Layers of the backbone at the size of the pictures. */
  readonly layers: readonly Grid[];
  /** A classifier's score is the last column. */
  readonly classifier: boolean;
  /** The names of the segments … */
  readonly segments: readonly string[];
  /** … and u8[H·W] of all pictures; each picture comes with a map of its own where left out. */
  readonly labels?: Uint8Array;
  readonly features: FeatureSet;
  readonly evidence?: EvidenceFitted;
  /** The names of all columns that there are … */
  readonly known: readonly string[];
  /** … of those that the judge sees … */
  readonly columns: readonly string[];
  /** … and of those that each of its forests does. */
  readonly forests: readonly (readonly string[])[];
}

/**
 * A model with an input a map (`map.padim` f32[N,1,h,w]) and a layer (by its name), `logit` f32[N] of a classifier, and
 * `segments` u8[N,H,W] where each picture has a segment map of its own, which else is an output, u8[H,W]; its other
 * outputs are `maps` f32[N,K,H,W], `statistics` f32[N,L,K,4], `features` f32[N,F], and `features.0` f32[N,F]
 * of each forest. Undefined where it would have none of these.
 */
export function columnsGraph(options: ColumnsGraphOptions): Uint8Array<ArrayBuffer> | undefined {
  const { size, smoothing, segments: names, features, evidence, known } = options;
  const { height, width } = size;
  const given = options.labels ? [] : [input("segments", "u8", ["N", height, width])];
  const labels = options.labels ?? given[0];
  const layers = options.layers.map(({ name, channels, height, width }) =>
    input(name, "f32", ["N", channels, height, width])
  );
  const grids = options.maps.map(({ name, height, width }) => input(`map.${name}`, "f32", ["N", 1, height, width]));
  const logit = options.classifier ? [input("logit", "f32", ["N"])] : [];
  const K = grids.length;
  const enlarged = grids.map((map, k) =>
    upsampled(map, size, typeof smoothing === "object" ? smoothing[k] : smoothing)
  );
  const outputs: Record<string, Value> = {};
  const columns: Value<"f32">[] = [];
  if (K > 0) {
    const maps = K === 1 ? enlarged[0] : concat(enlarged, { axis: 1 });
    const statistics = segmentStatistics(maps, labels, names.length);
    const flat = reshape(statistics, ["N", names.length * K * Number(statistics.shape[3])]);
    const made = features.identity === reference.identity
      ? concat([flat, reduceMax(maps, { axes: [2, 3] })], { axis: 1 })
      : flat;
    Object.assign(outputs, { maps, statistics });
    if (options.labels) {
      outputs.segments = literal({ dtype: "u8", shape: [height, width], data: options.labels }, "labels");
    }
    columns.push(made);
    if (evidence) {
      const layer = (name: string) => layers[options.layers.findIndex((one) => one.name === name)];
      columns.push(evidenceValues(evidence, { layer, maps: grids, statistics: made, labels, size }));
    }
  }
  if (columns.length + logit.length === 0) return undefined;
  columns.push(...logit.map((one) => reshape(one, ["N", 1])));
  const all = { columns: known, features: columns.length === 1 ? columns[0] : concat(columns, { axis: 1 }) };
  if (options.columns.length > 0) outputs.features = selected(all, options.columns);
  options.forests.forEach((own, i) => outputs[`features.${i}`] = selected(all, own));
  if (Object.keys(outputs).length === 0) return undefined;
  return buildModel({ inputs: [...layers, ...grids, ...logit, ...K > 0 ? given : []], outputs, name: "columns" });
}
