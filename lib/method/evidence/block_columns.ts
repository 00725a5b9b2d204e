/** The names of the columns of evidence. @module */
import { STATISTICS } from "../../domain.ts";
import { checkContext } from "../features/columns.ts";
import { columnWord } from "../features/layer_features.ts";
import { statistics } from "../features/paper.ts";
import { pooledFeatures } from "../features/pooled.ts";
import { residualFeatures } from "../features/residuals.ts";
import type { EvidenceFitted } from "./fitted.ts";
import { profileSizes } from "./profile.ts";

/** What columns about the mean of all detectors' maps have in place of a detector's name. */
const ALL = "all";

/** The names of the columns by block, in the order of the blocks. */
export interface BlockColumns {
  readonly pooled: readonly string[];
  readonly residual: readonly string[];
  readonly strangest: readonly string[];
  readonly standardised: readonly string[];
  readonly profile: readonly string[];
  readonly statistics: readonly string[];
}

/** @throws {TypeError} where a name is no word, or two columns would have one name */
export function blockColumns({ residuals, detectors, segments }: EvidenceFitted): BlockColumns {
  const context = { detectors: detectors.map(({ name }) => name), segments };
  checkContext(context);
  const layers = residuals.layers.map((name, i) => ({ name, channels: residuals.channels[i] }));
  const sources = [...context.detectors, ALL];
  const sizes = profileSizes(residuals.height * residuals.width);
  const columns = {
    pooled: pooledFeatures(layers).columns,
    residual: residualFeatures(residuals).columns,
    strangest: ["strangest", "strangest_size"].flatMap((what) =>
      layers.flatMap(({ name, channels }) => Array.from({ length: channels }, (_, c) => columnWord(name, what, c)))
    ),
    standardised: segments.flatMap((segment) =>
      sources.flatMap((source) => STATISTICS.map((statistic) => `${segment}.${source}.standard_${statistic}`))
    ),
    profile: sources.flatMap((source) =>
      (source === ALL ? ["standard"] : ["log", "standard"]).flatMap((scale) =>
        sizes.map((size) => `${source}.${scale}_top_${size}`)
      )
    ),
    statistics: statistics.columns(context),
  };
  const seen = new Set<string>();
  for (const column of Object.values(columns).flat()) {
    if (seen.has(column)) throw new TypeError(`Cannot name the columns of evidence as "${column}" is there twice`);
    seen.add(column);
  }
  return columns;
}
