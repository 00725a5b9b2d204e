/** Kept anomaly maps: one file for one detector and one chunk of pictures. @module */
import { distance, gridMap } from "../../../domain.ts";
import { readSafetensors, writeSafetensors } from "../../../base/io/safetensors.ts";
import { bindAxes } from "../../../base/tensor/tensor.ts";
import type { Detection } from "../../../method/detect/contract.ts";

/** The bytes of a map file. */
export function packMaps({ map, score }: Detection): Uint8Array {
  return writeSafetensors({ map, score });
}

/**
 * Reads a map file.
 *
 * @param name its name, for messages
 * @throws {SyntaxError} where the bytes are no such file
 */
export function unpackMaps(bytes: Uint8Array, name: string): Detection {
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
