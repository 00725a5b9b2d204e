/** What a detector's network gives, checked. @module */
import type { AnyTensor } from "../../engine/session/port.ts";
import { expectTensor } from "../../base/tensor/tensor.ts";
import type { Detection } from "./contract.ts";

/**
 * The outputs `map` f32[N,1,h,w] and `score` f32[N] of a network as a detection.
 *
 * @param title the detector's, for the message
 * @throws {TypeError} where one is missing or of another dtype or shape
 */
export function toDetection(outputs: Readonly<Record<string, AnyTensor>>, title: string): Detection {
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
