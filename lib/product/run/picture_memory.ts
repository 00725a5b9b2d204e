/** Pictures that were seen, so that the backbone sees a picture once for all that is done with it. @module */
import { BATCH } from "../../method/backbone/backbone.ts";
import type { FeatureExtractor } from "../../method/backbone/backbone.ts";
import type { Observation } from "../../method/learn/contract.ts";
import { joinObservations, observationAt, observe } from "../../method/learn/observation.ts";
import { image } from "../../domain.ts";
import { shaped } from "../../base/tensor/tensor.ts";
import type { Tensor } from "../../base/tensor/tensor.ts";
import { canonicalJson } from "../../base/io/hash.ts";
import type { Loader } from "../../picture/image/loader.ts";
import type { Segments } from "./segments.ts";
import { sourceBatches } from "./source_batches.ts";
import type { Picture, Sight } from "./task.ts";

/** What pictures are seen with. */
export interface Eyes {
  readonly signal: AbortSignal;
  loader(picture: Sight["picture"]): Loader;
  extractor(sight: Sight): Promise<FeatureExtractor>;
  segments(sight: Sight): Promise<Segments>;
}

/**
 * Kept up to this many bytes; beyond, pictures are read and the backbone runs again, and those that were asked for under
 * another name go first. Of pictures that are asked for all in order, some would be of no use: all are kept, or none.
 */
const LIMIT = 1 << 30;

/** Gives pictures and what the backbone sees in them. */
export interface PictureMemory {
  /** All, in order, batch by batch. */
  batches(sight: Sight, pictures: readonly Picture[]): AsyncIterable<Observation>;
  /** Some by number, in this order; the others are likely to be asked for next. */
  take(sight: Sight, pictures: readonly Picture[], indices: readonly number[]): Promise<Observation>;
  /** Some that stand together with others, under the name of those that are asked for in a row. */
  together(sight: Sight, name: string, pictures: readonly Picture[]): Promise<readonly Observation[]>;
  /** Gives the memory back. */
  forget(): void;
}

/** A picture as it is kept: colours in bytes, which they came from. */
interface Kept {
  readonly colours: Tensor<"u8", readonly ["N", 3, "H", "W"], "srgb8">;
  readonly features: Observation["features"];
  readonly bytes: number;
  /** When it was asked for last. */
  turn: number;
}

/** Remembers the pictures that were asked for, seen in one way, as far as they fit into memory: `limit` bytes. */
export function rememberPictures(eyes: () => Eyes, limit = LIMIT): PictureMemory {
  let way = "";
  let known = "";
  let turn = 0;
  let bytes = 0;
  const kept = new Map<string, Kept>();

  function begin(sight: Sight, name: string): void {
    const asked = canonicalJson(sight);
    if (asked !== way) forget();
    if (asked !== way || name !== known) turn++;
    [way, known] = [asked, name];
  }
  function forget(): void {
    kept.clear();
    bytes = 0;
  }
  function keep(id: string, seen: Observation): void {
    const size = sizeOf(seen);
    if (kept.has(id)) return;
    for (const [other, one] of bytes + size > limit ? [...kept] : []) {
      if (one.turn < turn && kept.delete(other)) bytes -= one.bytes;
    }
    if (bytes + size > limit) return;
    bytes += size;
    kept.set(id, { colours: toBytes(seen.image), features: seen.features, bytes: size, turn });
  }
  function recall(id: string): Observation {
    const one = kept.get(id)!;
    one.turn = turn;
    return toObserved(one);
  }
  /** @param keeps whether to keep pictures like this one */
  async function* observeAll(
    sight: Sight,
    pictures: readonly Picture[],
    keeps: (one: Observation) => boolean = () => true,
  ): AsyncGenerator<Observation> {
    const { loader, extractor, segments, signal } = eyes();
    const { mapOf } = await segments(sight);
    for await (const { image, sources } of sourceBatches(loader(sight.picture), pictures, mapOf, signal)) {
      const seen = await observe(await extractor(sight), image);
      for (const [n, { id }] of sources.entries()) {
        const one = observationAt(seen, n);
        if (keeps(one)) keep(id, one);
      }
      yield seen;
    }
  }
  async function someOf(sight: Sight, pictures: readonly Picture[]): Promise<readonly Observation[]> {
    const found = new Map<string, Observation>();
    const missing = [...new Map(pictures.map((picture) => [picture.id, picture])).values()]
      .filter(({ id }) => !kept.has(id));
    let next = 0;
    for await (const seen of observeAll(sight, missing)) {
      for (let n = 0; n < seen.image.shape[0]; n++) found.set(missing[next++].id, observationAt(seen, n));
    }
    return pictures.map(({ id }) => found.get(id) ?? recall(id));
  }
  return {
    async *batches(sight, pictures) {
      begin(sight, namesOf(pictures));
      if (!pictures.every(({ id }) => kept.has(id))) {
        yield* observeAll(sight, pictures, (one) => pictures.length * sizeOf(one) <= limit);
        return;
      }
      for (let from = 0; from < pictures.length; from += BATCH) {
        yield joinObservations(pictures.slice(from, from + BATCH).map(({ id }) => recall(id)));
      }
    },
    async take(sight, pictures, indices) {
      begin(sight, namesOf(pictures));
      return joinObservations(await someOf(sight, indices.map((index) => pictures[index])));
    },
    async together(sight, name, pictures) {
      begin(sight, name);
      return await someOf(sight, pictures);
    },
    forget,
  };
}

function namesOf(pictures: readonly Picture[]): string {
  return pictures.map(({ id }) => id).join("\n");
}

/** How many bytes a picture is kept in. */
function sizeOf({ image, features }: Observation): number {
  return Object.values(features).reduce((sum, { data }) => sum + data.byteLength, image.data.length);
}

function toBytes({ shape, data }: Observation["image"]): Kept["colours"] {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(data[i] * 255);
  return shaped("u8", ["N", 3, "H", "W"], shape, bytes);
}

// Exactly what a byte became when the picture was read.
const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

function toObserved({ colours: { shape, data }, features }: Kept): Observation {
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = unit[data[i]];
  return { image: image(shape, values), features };
}
