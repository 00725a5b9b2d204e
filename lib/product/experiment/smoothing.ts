/** How much the maps of each detector are smoothed. @module */
import { ownOf } from "../../base/text/own.ts";
import type { MapSmoothing } from "../../method/learn/upsample.ts";

/**
 * Standard deviation in pixels of the Gaussian over maps at picture size: the same for all detectors, or by the detector's name in
 * the pipeline, 0 for those that are not named. A map may be enlarged by the nearest place: `{ deviation: 4, enlarge: "nearest" }`.
 */
export type Smoothing = number | Readonly<Record<string, MapSmoothing>>;

/**
 * How the maps of one detector are smoothed; 0 does not.
 *
 * ```ts
 * import { smoothingFor } from "./smoothing.ts";
 * console.assert(smoothingFor({ patchcore: 4 }, "fastflow") === 0 && smoothingFor(4, "fastflow") === 4);
 * ```
 */
export function smoothingFor(smoothing: Smoothing | undefined, detector: string): MapSmoothing {
  return typeof smoothing === "object" ? ownOf(smoothing, detector) ?? 0 : smoothing ?? 0;
}

/** How the maps of some detectors are smoothed, in their order; one number where one was given for all. */
export function smoothingsFor(
  smoothing: Smoothing | undefined,
  detectors: readonly string[],
): number | readonly MapSmoothing[] {
  return typeof smoothing === "object" ? detectors.map((name) => smoothingFor(smoothing, name)) : smoothing ?? 0;
}

/** What is wrong with the names of a pipeline's smoothing. */
export function smoothingProblems(
  smoothing: Smoothing | undefined,
  detectors: Readonly<Record<string, object>>,
  evidence: boolean,
): string[] {
  if (typeof smoothing !== "object") return [];
  return [
    ...Object.keys(smoothing).filter((name) => !Object.hasOwn(detectors, name)).map((name) =>
      `smoothing must name detectors of this pipeline (${Object.keys(detectors).join(", ")}): found "${name}"`
    ),
    ...evidence ? ["smoothing must be one number for all detectors where a method sees evidence"] : [],
  ];
}
