/** Detectors that are one network: from what is seen of pictures to maps and scores. @module */
import type { AnyTensor } from "../../engine/session/port.ts";
import { expectTensor } from "../../base/tensor/tensor.ts";
import { applyNetwork } from "../learn/apply_network.ts";
import type { ApplyContext, Network } from "../learn/contract.ts";
import type { AppliedDetector, Detection } from "./contract.ts";

/** Loads a network with the outputs `map` and `score` as a detector. */
export async function applyDetector(title: string, context: ApplyContext, network: Network): Promise<AppliedDetector> {
  const { run, release } = await applyNetwork(title, context, network);
  return { detect: async (seen) => toDetection(await run(seen), title), release };
}

/**
 * The outputs `map` f32[N,1,h,w] and `score` f32[N] of a network as a detection.
 *
 * @param title the detector's, for the message
 * @throws {TypeError} where one is missing or of another dtype or shape
 */
function toDetection(outputs: Readonly<Record<string, AnyTensor>>, title: string): Detection {
  const { map, score } = outputs;
  if (!map || !score) {
    throw new TypeError(
      `Cannot use what ${title} gives as it must be "map" and "score": found ${Object.keys(outputs).join(", ")}`,
    );
  }
  return {
    map: expectTensor<"f32", readonly ["N", 1, "h", "w"], "distance">(
      map,
      "f32",
      ["N", 1, "h", "w"],
      `use the map of ${title}`,
    ),
    score: expectTensor<"f32", readonly ["N"], "distance">(score, "f32", ["N"], `use the score of ${title}`),
  };
}
