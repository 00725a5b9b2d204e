/** What detectors have fitted as one graph each, for an export. @module */
import type { DetectorName, Grid } from "./contract.ts";
import { findNamed, type Network } from "../learn/contract.ts";
import type { EfficientAdFitted } from "./efficientad/apply.ts";
import type { FastFlowFitted } from "./fastflow/apply.ts";
import type { MeanDifferenceFitted } from "./mean_difference/apply.ts";
import type { OnnxFitted } from "./onnx/apply.ts";
import type { PaDiMFitted } from "./padim/fitted.ts";
import type { PatchCoreFitted } from "./patchcore/fitted.ts";
import type { Rd4adFitted } from "./rd4ad/apply.ts";

/** What each detector keeps; none of what is not in its fit. */
interface Fits {
  patchcore: PatchCoreFitted;
  padim: PaDiMFitted;
  fastflow: FastFlowFitted;
  rd4ad: Rd4adFitted;
  efficientad: EfficientAdFitted;
  mean_difference: MeanDifferenceFitted;
  onnx: OnnxFitted;
  maps: never;
}

/** From a fit, and the size of each layer of the backbone, to a graph; or why there is none. */
type ToNetwork<Fitted> = ((fitted: Fitted, grids: readonly Grid[]) => Promise<Network>) | { readonly reason: string };

/** Every detector: another one is a row here. */
const NETWORKS: { readonly [Name in DetectorName]: ToNetwork<Fits[Name]> } = {
  patchcore: async (fitted, grids) =>
    (await import("./patchcore/network.ts")).patchCoreNetwork(fitted, chosen(fitted.layers, grids)),
  padim: async (fitted, grids) =>
    (await import("./padim/network.ts")).padimNetwork(fitted, chosen(fitted.layers, grids)),
  fastflow: async (fitted) => (await import("./fastflow/apply.ts")).fittedFastFlow.network!(fitted),
  rd4ad: async (fitted) => (await import("./rd4ad/apply.ts")).fittedRd4ad.network!(fitted),
  efficientad: async (fitted) => (await import("./efficientad/apply.ts")).fittedEfficientAd.network!(fitted),
  mean_difference: async (fitted) => (await import("./mean_difference/apply.ts")).fittedMeanDifference.network!(fitted),
  onnx: async (fitted) => (await import("./onnx/network.ts")).onnxNetwork(fitted),
  maps: { reason: "its maps are files that were computed elsewhere, picture by picture" },
};

/** Why what a detector has fitted is no graph, as the end of a sentence; undefined where it is one. */
export function whyNoNetwork(type: string): string | undefined {
  const row = findNamed<ToNetwork<never>>("detector", NETWORKS, type);
  return "reason" in row ? row.reason : undefined;
}

/**
 * The graph of what a detector has fitted: `map` f32[N,1,h,w] and `score` f32[N].
 *
 * @param grids the layers of the backbone at the size of the pictures
 * @throws {RangeError} where there is no such detector
 * @throws {TypeError} where it is no graph, see {@linkcode whyNoNetwork}
 */
export async function detectorNetwork(type: string, fitted: unknown, grids: readonly Grid[]): Promise<Network> {
  const row = findNamed<ToNetwork<never>>("detector", NETWORKS, type);
  if ("reason" in row) throw new TypeError(`Cannot make a graph of the detector "${type}" as ${row.reason}`);
  return await row(fitted as never, grids);
}

function chosen(layers: readonly string[], grids: readonly Grid[]): Grid[] {
  return layers.map((layer) => {
    const grid = grids.find(({ name }) => name === layer);
    if (grid) return grid;
    throw new TypeError(
      `Cannot use layer "${layer}" as the backbone gives ${grids.map(({ name }) => name).join(", ")}`,
    );
  });
}
