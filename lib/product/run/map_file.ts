/** Kept anomaly maps: one file for one detector and one chunk of pictures. @module */
import { type AnomalyMap, distance, gridMap } from "../../domain.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";

/** Maps at the detector's own grid and the detector's own score of each picture. */
export interface MapFile {
  readonly map: AnomalyMap<"N", 1, "h", "w">;
  readonly score: Tensor<"f32", readonly ["N"], "distance">;
}

/** The bytes of a map file. */
export function packMaps({ map, score }: MapFile): Uint8Array {
  return writeSafetensors({ map, score });
}

/**
 * Reads a map file.
 *
 * @param name its name, for messages
 * @throws {SyntaxError} where the bytes are no such file
 */
export function unpackMaps(bytes: Uint8Array, name: string): MapFile {
  const { map, score } = readSafetensors(bytes, name).tensors;
  if (map?.dtype !== "f32" || score?.dtype !== "f32") {
    throw new SyntaxError(`Cannot read "${name}" as maps as it must hold "map" and "score" in f32`);
  }
  const { N, h, w } = bindAxes(map, ["N", 1, "h", "w"], `read "${name}" as maps`);
  bindAxes(score, ["N"], `read "${name}" as maps`, { N });
  return {
    map: gridMap([N, 1, h, w], map.data),
    score: distance([N], score.data),
  };
}
