/** Pictures that were seen, so that the backbone sees a picture once for all that is done with it. @module */
import { BATCH, type FeatureMap, featureMap } from "../../../method/backbone/backbone.ts";
import type { FeatureExtractor } from "../../../method/backbone/backbone.ts";
import type { Observation } from "../../../method/learn/contract.ts";
import { joinObservations, observationAt, observe } from "../../../method/learn/observation.ts";
import { image, type Photo, photo } from "../../../domain.ts";
import { canonicalJson } from "../../../base/io/hash.ts";
import type { Loader } from "../../../picture/image/loader.ts";
import { openSeenFile, type SeenFile } from "./seen_file.ts";
import type { Segments } from "./segments.ts";
import { sourceBatches } from "./source_batches.ts";
import type { Picture, Sight } from "../steps/task.ts";

/** What pictures are seen with. */
export interface Eyes {
  readonly signal: AbortSignal;
  loader(picture: Sight["picture"]): Loader;
  extractor(sight: Sight): Promise<FeatureExtractor>;
  segments(sight: Sight): Promise<Segments>;
}

/**
 * Kept up to this many bytes, on the disk: pictures of 256 × 256 take half a megabyte to one. Beyond, pictures are read and the
 * backbone runs again, and those that were asked for under another name go first. Of pictures that are asked for all in order, some
 * would be of no use: all are kept, or none.
 */
const LIMIT = 2 ** 35;

/** Gives pictures and what the backbone sees in them. */
export interface PictureMemory {
  /** All, in order, batch by batch. */
  batches(sight: Sight, pictures: readonly Picture[]): AsyncIterable<Observation>;
  /** Some by number, in this order; the others are likely to be asked for next. */
  take(sight: Sight, pictures: readonly Picture[], indices: readonly number[]): Promise<Observation>;
  /** Some that stand together with others, under the name of those that are asked for in a row. */
  together(sight: Sight, name: string, pictures: readonly Picture[]): Promise<readonly Observation[]>;
  /** Whether a picture is remembered. */
  has(sight: Sight, id: string): boolean;
  /** A picture alone that is remembered, as it was read. */
  photo(id: string): Photo;
  /** Gives the file back. */
  close(): void;
}

/** A picture as it is kept: its number in the file, and the turn in which it was asked for last. */
interface Kept {
  readonly place: number;
  turn: number;
}

/**
 * Remembers the pictures that were asked for, seen in one way.
 *
 * @param folder where the file lies, which goes when the memory is closed
 * @param limit bytes at most
 */
export function rememberPictures(eyes: () => Eyes, folder: string, limit = LIMIT): PictureMemory {
  let way = "";
  let last = "";
  let turn = 0;
  let file: SeenFile | undefined;
  let form: Form | undefined;
  let free: number[] = [];
  const kept = new Map<string, Kept>();

  function begin(sight: Sight, name: string): void {
    const asked = canonicalJson(sight);
    if (asked !== way) close();
    if (asked !== way || name !== last) turn++;
    [way, last] = [asked, name];
  }
  function close(): void {
    kept.clear();
    file?.close();
    [file, form, free] = [undefined, undefined, []];
  }
  /** What is seen in one way has one form: its records are of one length. */
  function roomFor(seen: Observation): number {
    if (!form) {
      form = formOf(seen);
      file = openSeenFile(folder, form.bytes, limit);
      free = Array.from({ length: file?.room ?? 0 }, (_, place) => place).reverse();
    }
    return file?.room ?? 0;
  }
  function keep(id: string, seen: Observation): void {
    roomFor(seen);
    if (!file || !form || kept.has(id)) return;
    for (const [other, one] of free.length === 0 ? [...kept] : []) {
      if (one.turn < turn && kept.delete(other)) free.push(one.place);
    }
    const place = free.pop();
    if (place === undefined) return;
    if (file.write(place, toRecord(seen, form))) kept.set(id, { place, turn });
    // The disk is full: what is there stays, and nothing more is kept.
    else free = [];
  }
  /** Which of some pictures are kept; those stay until the next turn. */
  function known(pictures: readonly Picture[]): Set<string> {
    const found = new Set<string>();
    for (const { id } of pictures) {
      const one = kept.get(id);
      if (!one) continue;
      one.turn = turn;
      found.add(id);
    }
    return found;
  }
  function recall(id: string): Observation {
    return toObserved(file!.read(kept.get(id)!.place), form!);
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
    const before = known(pictures);
    const missing = [...new Map(pictures.map((picture) => [picture.id, picture])).values()]
      .filter(({ id }) => !before.has(id));
    let next = 0;
    for await (const seen of observeAll(sight, missing)) {
      for (let n = 0; n < seen.image.shape[0]; n++) found.set(missing[next++].id, observationAt(seen, n));
    }
    return pictures.map(({ id }) => found.get(id) ?? recall(id));
  }
  return {
    async *batches(sight, pictures) {
      begin(sight, namesOf(pictures));
      const before = known(pictures);
      const fresh = singly(observeAll(
        sight,
        pictures.filter(({ id }) => !before.has(id)),
        (one) => pictures.length <= roomFor(one),
      ));
      try {
        for (let from = 0; from < pictures.length; from += BATCH) {
          const batch: Observation[] = [];
          for (const picture of pictures.slice(from, from + BATCH)) {
            // What is asked for between two batches may have taken the place of one.
            batch.push(before.has(picture.id) ? (await someOf(sight, [picture]))[0] : (await fresh.next()).value!);
          }
          yield joinObservations(batch);
        }
      } finally {
        await fresh.return(undefined);
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
    has: (sight, id) => canonicalJson(sight) === way && kept.has(id),
    photo: (id) => toPhoto(file!.read(kept.get(id)!.place), form!),
    close,
  };
}

/** Observations of several pictures, one after the other. */
async function* singly(batches: AsyncIterable<Observation>): AsyncGenerator<Observation, undefined, undefined> {
  for await (const seen of batches) {
    for (let n = 0; n < seen.image.shape[0]; n++) yield observationAt(seen, n);
  }
}

function namesOf(pictures: readonly Picture[]): string {
  return pictures.map(({ id }) => id).join("\n");
}

/** What a record holds: the features of each layer in single precision, then the colours in bytes, which they came from. */
interface Form {
  readonly picture: Observation["image"]["shape"];
  readonly layers: readonly { readonly name: string; readonly shape: FeatureMap["shape"]; readonly count: number }[];
  readonly bytes: number;
}

function formOf({ image, features }: Observation): Form {
  const layers = Object.entries(features).map(([name, { shape, data }]) => ({ name, shape, count: data.length }));
  return {
    picture: image.shape,
    layers,
    bytes: layers.reduce((sum, { count }) => sum + 4 * count, image.data.length),
  };
}

function toRecord({ image, features }: Observation, { layers, bytes }: Form): Uint8Array {
  const record = new Uint8Array(bytes);
  let at = 0;
  for (const { name, count } of layers) {
    new Float32Array(record.buffer, at, count).set(features[name].data);
    at += 4 * count;
  }
  for (let i = 0; i < image.data.length; i++) record[at + i] = Math.round(image.data[i] * 255);
  return record;
}

function toPhoto(record: Uint8Array<ArrayBuffer>, { picture: [, , height, width], bytes }: Form): Photo {
  const area = height * width;
  const planes = record.subarray(bytes - 3 * area);
  const data = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++) for (let c = 0; c < 3; c++) data[3 * i + c] = planes[c * area + i];
  return photo([height, width, 3], data);
}

// Exactly what a byte became when the picture was read.
const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

function toObserved({ buffer }: Uint8Array<ArrayBuffer>, { picture, layers }: Form): Observation {
  let at = 0;
  const features = layers.map(({ name, shape, count }) => {
    const map = featureMap(shape, new Float32Array(buffer, at, count));
    at += 4 * count;
    return [name, map] as const;
  });
  const bytes = new Uint8Array(buffer, at);
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = unit[bytes[i]];
  return { image: image(picture, values), features: Object.fromEntries(features) };
}
