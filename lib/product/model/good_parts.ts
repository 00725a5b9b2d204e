/**
 * What good training parts look like: the statistics of their maps, what their pictures are like, their mean, and between
 * which limits a picture can be one of this part. A model keeps it for those who ask whether a picture, or a line of parts, is
 * as usual; scores do not depend on it.
 * @module
 */
import { join } from "node:path";
import { type } from "arktype";
import { type Photo, photo } from "../../domain.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import { type SealedFolder, sealedFolder } from "../../base/io/sealed_folder.ts";
import { bindAxes } from "../../base/tensor/tensor.ts";
import { GOOD_PARTS_FILE, MODEL_FILE, readModelFile } from "./model_file.ts";
import type { PictureLimitTable } from "../../picture/plausible/limits.ts";

/** Where the colours of a map begin and end. */
export interface MapRange {
  /** The median over good parts, in the map's own unit. */
  readonly low: number;
  /** The 99.9 % quantile. */
  readonly high: number;
}

/** What is known of good training parts. */
export interface GoodParts {
  /** `solder_dots.patchcore.q995` of maps that had not seen the part, and `picture.light` of its picture. */
  readonly columns: readonly string[];
  /** Good parts. */
  readonly parts: number;
  /** parts × columns values, row by row; NaN where there is none. */
  readonly rows: Float32Array;
  /** Their mean picture, at the size of the model. */
  readonly mean: Photo;
  /** By detector. */
  readonly ranges: Readonly<Record<string, MapRange>>;
  /** Between which a picture is judged. */
  readonly limits: PictureLimitTable;
}

const bounds = type({ "+": "reject", "low?": "number", "high?": "number" });
const notesSchema = type({
  "+": "reject",
  columns: "string[]",
  ranges: type({ "[string]": { "+": "reject", low: "number", high: "number" } }),
  limits: type({
    "+": "reject",
    "light?": bounds,
    "contrast?": bounds,
    "likeness?": bounds,
    "right?": bounds,
    "down?": bounds,
    "proportions?": bounds,
  }),
});

/** The bytes of a file. */
export function packGoodParts({ columns, parts, rows, mean, ranges, limits }: GoodParts): Uint8Array {
  return writeSafetensors({
    rows: { dtype: "f32", shape: [parts, columns.length], data: rows },
    mean: { dtype: "u8", shape: mean.shape, data: mean.data },
  }, { good_parts: JSON.stringify({ columns, ranges, limits }) });
}

/**
 * Reads what {@linkcode packGoodParts} wrote.
 *
 * @throws {SyntaxError} with the name where the bytes are no such file
 */
export function unpackGoodParts(bytes: Uint8Array, name: string): GoodParts {
  const { tensors: { rows, mean }, metadata } = readSafetensors(bytes, name);
  const notes = notesSchema(parsed(metadata.good_parts));
  if (notes instanceof type.errors || rows?.dtype !== "f32" || mean?.dtype !== "u8") {
    throw new SyntaxError(`Cannot read "${name}" as what good parts look like: run the pipeline again`);
  }
  const { N } = bindAxes(rows, ["N", notes.columns.length], `read "${name}"`);
  const { H, W } = bindAxes(mean, ["H", "W", 3], `read "${name}"`);
  return { ...notes, parts: N, rows: rows.data, mean: photo([H, W, 3], mean.data) };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/**
 * Reads them from the folder of a model.
 *
 * @throws {Error} where the file is missing
 * @throws {SyntaxError} where it is damaged
 */
export async function readGoodPartsOf(folder: SealedFolder): Promise<GoodParts> {
  return unpackGoodParts(await folder.read(GOOD_PARTS_FILE), join(folder.path, GOOD_PARTS_FILE));
}

/**
 * What the good training parts of a run's model look like; no network is loaded for it.
 *
 * @returns undefined of a model of an earlier release
 * @throws {Error} where there is no model, or a file of it is missing or broken
 */
export async function readGoodParts(run: string): Promise<GoodParts | undefined> {
  const models = join(run, "models");
  const { files: hashes } = await readModelFile(join(models, MODEL_FILE));
  const folder = sealedFolder(models, { hashes, remedy: "run the pipeline again, or copy the whole folder again" });
  return folder.has(GOOD_PARTS_FILE) ? await readGoodPartsOf(folder) : undefined;
}
