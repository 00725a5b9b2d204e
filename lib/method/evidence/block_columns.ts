/** The names of the columns of evidence. @module */
import { STATISTICS } from "../../domain.ts";
import { checkContext } from "../features/columns.ts";
import { columnWord } from "../features/layer_features.ts";
import { statistics } from "../features/paper.ts";
import { pooledFeatures } from "../features/pooled.ts";
import { profileSizes } from "./profile.ts";

/** What columns about the mean of all detectors' maps have in place of a detector's name. */
const ALL = "all";

/** The blocks in their order. */
export const BLOCKS = ["pooled", "residual", "strangest", "standardised", "profile", "statistics"] as const;

/** The names of the columns by block, in the order of the blocks. */
export type BlockColumns = Readonly<Record<typeof BLOCKS[number], readonly string[]>>;

/** What the columns follow from. */
export interface EvidenceFacts {
  readonly layers: readonly { readonly name: string; readonly channels: number }[];
  /** Places of the grid that all is compared on. */
  readonly places: number;
  /** Names of the detectors, in the order of their maps. */
  readonly detectors: readonly string[];
  readonly segments: readonly string[];
}

/** @throws {TypeError} where a name is no word, or two columns would have one name */
export function blockColumns({ layers, places, detectors, segments }: EvidenceFacts): BlockColumns {
  const context = { detectors, segments };
  checkContext(context);
  const sources = [...detectors, ALL];
  const sizes = profileSizes(places);
  const each = (whats: readonly string[]) =>
    whats.flatMap((what) =>
      layers.flatMap(({ name, channels }) => Array.from({ length: channels }, (_, c) => columnWord(name, what, c)))
    );
  const columns = {
    pooled: pooledFeatures(layers).columns,
    residual: each(["residual", "deviation", "largest"]),
    strangest: each(["strangest", "strangest_size"]),
    standardised: segments.flatMap((segment) =>
      sources.flatMap((source) => STATISTICS.map((statistic) => `${segment}.${source}.standard_${statistic}`))
    ),
    profile: sources.flatMap((source) =>
      (source === ALL ? ["standard"] : ["log", "standard"]).flatMap((scale) =>
        sizes.map((size) => `${source}.${scale}_top_${size}`)
      )
    ),
    // Named apart from the paper's own, which may stand beside them.
    statistics: statistics.columns(context).map((column) => column.replace(/\.(\w+)$/, ".log_$1")),
  };
  const seen = new Set<string>();
  for (const column of Object.values(columns).flat()) {
    if (seen.has(column)) throw new TypeError(`Cannot name the columns of evidence as "${column}" is there twice`);
    seen.add(column);
  }
  return columns;
}

/** Columns and blocks as evidence over these facts has them. */
export function evidenceColumns(facts: EvidenceFacts): {
  readonly columns: readonly string[];
  readonly blocks: readonly { readonly name: string; readonly width: number }[];
} {
  const named = blockColumns(facts);
  return {
    columns: Object.values(named).flat(),
    blocks: Object.entries(named).map(([name, { length }]) => ({ name, width: length })),
  };
}
