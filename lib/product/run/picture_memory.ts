/** The pictures that detectors are fitted on, seen by the backbone once for fits on the same pictures. @module */
import type { Observation } from "../../method/learn/contract.ts";
import { joinObservations, observationAt, observe } from "../../method/learn/observation.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import type { Source } from "../experiment/experiment.ts";
import { sourceBatches } from "./source_batches.ts";
import type { Workspace } from "./workspace.ts";

/** Kept up to this many bytes; beyond, pictures are read and the backbone runs again. */
const LIMIT = 1 << 30;

/** Gives pictures to fit on. */
export interface FitPictures {
  /** All, in order, batch by batch. */
  batches(parts: readonly Source[]): AsyncIterable<Observation>;
  /** Some by number, in this order. */
  take(parts: readonly Source[], indices: readonly number[]): Promise<Observation>;
}

/** A picture as it is kept: colours in bytes, which they came from. */
interface Kept {
  readonly colours: Tensor<"u8", readonly ["N", 3, "H", "W"], "srgb8">;
  readonly features: Observation["features"];
}

/** Remembers the pictures of the parts that were asked for last, as far as they fit into memory. */
export function rememberPictures(work: Workspace): FitPictures {
  let known = "";
  let kept: (Kept | undefined)[] = [];
  let bytes = 0;

  function begin(parts: readonly Source[]): void {
    const name = parts.map(({ id }) => id).join("\n");
    if (name === known) return;
    known = name;
    kept = new Array<Kept | undefined>(parts.length);
    bytes = 0;
  }
  function keep(index: number, seen: Observation): void {
    if (kept[index]) return;
    const picture = { colours: toBytes(seen.image), features: seen.features };
    const size = [picture.colours, ...Object.values(picture.features)].reduce(
      (sum, { data }) => sum + data.byteLength,
      0,
    );
    if (bytes + size > LIMIT) return;
    bytes += size;
    kept[index] = picture;
  }
  async function* observeAll(parts: readonly Source[]): AsyncGenerator<Observation> {
    const extractor = await work.extractor();
    for await (const { image } of sourceBatches(work.loader(), parts, work.segments.mapOf, work.signal)) {
      yield await observe(extractor, image);
    }
  }
  return {
    async *batches(parts) {
      begin(parts);
      if (parts.every((_, i) => kept[i])) {
        for (let from = 0; from < parts.length; from += 8) {
          yield joinObservations(kept.slice(from, from + 8).map((picture) => toObserved(picture!)));
        }
        return;
      }
      let index = 0;
      for await (const seen of observeAll(parts)) {
        for (let n = 0; n < seen.image.shape[0]; n++) keep(index++, observationAt(seen, n));
        yield seen;
      }
    },
    async take(parts, indices) {
      begin(parts);
      const found = new Map<number, Observation>();
      const missing = [...new Set(indices)].filter((index) => !kept[index]);
      let next = 0;
      for await (const seen of observeAll(missing.map((index) => parts[index]))) {
        for (let n = 0; n < seen.image.shape[0]; n++) {
          const index = missing[next++];
          found.set(index, observationAt(seen, n));
          keep(index, found.get(index)!);
        }
      }
      return joinObservations(indices.map((index) => found.get(index) ?? toObserved(kept[index]!)));
    },
  };
}

function toBytes({ shape, data }: Observation["image"]): Kept["colours"] {
  return tensor<"u8", ["N", 3, "H", "W"], "srgb8">(
    "u8",
    shape,
    Uint8Array.from(data, (value) => Math.round(value * 255)),
  );
}

// Exactly what a byte became when the picture was read.
const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

function toObserved({ colours: { shape, data }, features }: Kept): Observation {
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = unit[data[i]];
  return { image: tensor<"f32", ["N", 3, "H", "W"], "rgb01">("f32", shape, values), features };
}
