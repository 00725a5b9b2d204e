/** What of a scored part is watched: the statistics of its maps by segment, and what its picture is like. @module */
import type { Photo } from "../../domain.ts";
import type { Size } from "../../picture/image/resize.ts";
import { type MeanPicture, meanPicture, measure, MEASURES, planeOf } from "../../picture/plausible/measures.ts";
import type { Details } from "../model/details.ts";
import type { GoodParts } from "../model/good_parts.ts";

/** Values by column: `solder_dots.patchcore.q995`, `picture.light`; null where there is none. */
export type Watched = Readonly<Record<string, number | null>>;

/**
 * Makes what is watched of parts, in the columns that a model keeps of its good ones.
 *
 * ```ts ignore
 * const watch = watcherOf(scorer.goodParts);
 * const [verdict] = await scorer.score([{ id: "a.png", photo }], { details: true });
 * const watched = watch(verdict.details, photo);
 * ```
 */
export function watcherOf(
  { columns, mean }: Pick<GoodParts, "columns" | "mean">,
): (details: Details, photo: Photo, size?: Size) => Watched {
  let usual: MeanPicture | undefined;
  return ({ statistics }, photo, size) => {
    const measures = measure(photo, usual ??= meanPicture(planeOf(mean)), size);
    const found = new Map<string, number>([
      ...statistics.columns.map((column, i) => [column, statistics.values[i]] as const),
      ...MEASURES.map((name) => [`picture.${name}`, measures[name]] as const),
    ]);
    return Object.fromEntries(columns.map((column) => [column, rounded(found.get(column))]));
  };
}

/** To the digits that single precision has. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(7));
}
