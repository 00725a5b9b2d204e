/**
 * Anomaly maps and segment maps in the layout that SegAD's published code reads:
 *
 * ```text
 * visa_segm/<class>/{good,bad}/<name>.npy                                   label 0 … L−1 of each pixel
 * anomaly_maps/<detector>/<class>/anomaly_maps/{good,bad}/<name>.npy        f4 or f8[H,W]
 * anomaly_maps/<detector>/<class>/{df_training,df_test}.csv                 an_map_path, label, prediction_an_det
 * ```
 * @module
 */
import { join } from "node:path";
import { readNpy } from "../../base/io/npy.ts";
import { readCsv } from "../../base/io/csv.ts";
import { exists } from "../../base/io/walk.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { describeFolder } from "../../picture/data/listing.ts";

/** A picture by its row in a class' tables. */
export interface MappedPart {
  /** Base name of `an_map_path`, without `.npy`. */
  readonly name: string;
  readonly label: "good" | "bad";
  /** `prediction_an_det` of each detector, in the order asked for. */
  readonly scores: readonly number[];
}

/** The two tables of a class, in the order of their rows. */
export interface MappedClass {
  readonly name: string;
  readonly training: readonly MappedPart[];
  readonly test: readonly MappedPart[];
}

/** A map and the labels of its pixels. */
export interface MapAndSegments {
  readonly map: Float32Array | Float64Array;
  readonly segments: ArrayLike<number>;
}

/**
 * Finds the folder that holds `anomaly_maps/` and `visa_segm/`: the one named or its `data/`.
 *
 * @throws {Error} where neither does
 */
export async function findReferenceMaps(root: string): Promise<string> {
  for (const folder of [root, join(root, "data")]) {
    if (await exists(join(folder, "anomaly_maps"), "folder") && await exists(join(folder, "visa_segm"), "folder")) {
      return folder;
    }
  }
  throw new Error(
    `Cannot read maps from "${root}" as it must have anomaly_maps/ and visa_segm/: found ${await describeFolder(root)}`,
  );
}

/** Whether all of the detectors have tables for a class. */
export async function hasMappedClass(root: string, name: string, detectors: readonly string[]): Promise<boolean> {
  const tables = detectors.flatMap((detector) =>
    ["df_training.csv", "df_test.csv"].map((file) => join(root, "anomaly_maps", detector, name, file))
  );
  return (await Promise.all(tables.map((path) => exists(path, "file")))).every((there) => there);
}

/**
 * Reads the tables of a class. All detectors must list the same pictures in the same order.
 *
 * @throws {SyntaxError} where a table lacks a column, a label is neither 0 nor 1, or a score no number
 * @throws {RangeError} where detectors list other pictures, or one is listed twice
 */
export async function readMappedClass(
  root: string,
  name: string,
  detectors: readonly string[],
): Promise<MappedClass> {
  const read = (file: string) => readTables(root, name, detectors, file);
  const [training, test] = [await read("df_training.csv"), await read("df_test.csv")];
  const seen = new Set<string>();
  for (const part of [...training, ...test]) {
    const place = `${part.label}/${part.name}`;
    if (seen.has(place)) throw new RangeError(`Cannot read the maps of ${name} as its tables list "${place}" twice`);
    seen.add(place);
  }
  return { name, training, test };
}

async function readTables(root: string, name: string, detectors: readonly string[], file: string) {
  const tables: { path: string; parts: MappedPart[] }[] = [];
  for (const detector of detectors) {
    const path = join(root, "anomaly_maps", detector, name, file);
    const rows = await readCsv(path, ["an_map_path", "label", "prediction_an_det"]);
    tables.push({ path, parts: rows.map((row, i) => readRow(row, `${path}" as row ${i + 2}`)) });
  }
  const [first, ...others] = tables;
  for (const { path, parts } of others) {
    const differ = first.parts.findIndex((part, i) => part.name !== parts[i]?.name || part.label !== parts[i].label);
    if (differ >= 0 || parts.length !== first.parts.length) {
      const row = differ >= 0 ? differ : first.parts.length;
      const found = [first.parts[row], parts[row]].map((part) => part ? `${part.label}/${part.name}` : "nothing");
      throw new RangeError(
        `Cannot use maps of several detectors as row ${row + 2} of "${first.path}" is ${
          found[0]
        } and that of "${path}" ` +
          `${found[1]}: both must list the same pictures in the same order`,
      );
    }
  }
  return first.parts.map((part, i) => ({ ...part, scores: tables.flatMap(({ parts }) => parts[i].scores) }));
}

function readRow(row: { an_map_path: string; label: string; prediction_an_det: string }, place: string): MappedPart {
  const label = row.label.trim() === "" ? NaN : Number(row.label);
  if (label !== 0 && label !== 1) {
    throw new SyntaxError(`Cannot read "${place} has the label "${row.label}": 0 is good, 1 is bad`);
  }
  const score = row.prediction_an_det.trim() === "" ? NaN : Number(row.prediction_an_det);
  if (!Number.isFinite(score)) {
    throw new SyntaxError(`Cannot read "${place} has the score "${row.prediction_an_det}": it must be a finite number`);
  }
  const name = row.an_map_path.trim().split(/[/\\]/).at(-1)!.replace(/\.npy$/, "");
  if (name === "") throw new SyntaxError(`Cannot read "${place} names no map: an_map_path is "${row.an_map_path}"`);
  return { name, label: label === 1 ? "bad" : "good", scores: [score] };
}

/** The files of a part's map by a detector, and of its segment map. */
export function mapFiles(
  root: string,
  name: string,
  detector: string,
  part: MappedPart,
): [map: string, segments: string] {
  const file = join(part.label, `${part.name}.npy`);
  return [join(root, "anomaly_maps", detector, name, "anomaly_maps", file), join(root, "visa_segm", name, file)];
}

/**
 * Checks that all files of a class are there, so that a missing one is told before hours of work.
 *
 * @throws {Error} with the first few that are not
 */
export async function checkMapFiles(root: string, { name, training, test }: MappedClass, detectors: readonly string[]) {
  const files = new Set(
    detectors.flatMap((detector) => [...training, ...test].flatMap((part) => mapFiles(root, name, detector, part))),
  );
  const missing: string[] = [];
  for (const file of files) if (!await exists(file, "file")) missing.push(file);
  if (missing.length > 0) {
    throw new Error(`Cannot use the maps of ${name} as ${missing.length} files are missing: ${firstFew(missing)}`);
  }
}

/**
 * A map and its segment map from the bytes of their files.
 *
 * @param segments L; labels are 0 to L − 1
 * @param place what messages call the map
 * @throws {TypeError} where a file has another type or shape than the layout says
 * @throws {RangeError} where a pixel is not finite, or a label out of range
 */
export function parseMap(map: Uint8Array, labels: Uint8Array, segments: number, place: string): MapAndSegments {
  const values = readNpy(map, place);
  const ids = readNpy(labels, `segment map of ${place}`);
  if (values.dtype !== "f32" && values.dtype !== "f64") {
    throw new TypeError(`Cannot use the map ${place} as it must hold f4 or f8: it holds ${values.dtype}`);
  }
  if (values.shape.length !== 2 || values.shape.join() !== ids.shape.join()) {
    throw new TypeError(
      `Cannot use the map ${place} as map and segment map must both be [H,W]: they are [${values.shape}] and [${ids.shape}]`,
    );
  }
  for (let i = 0; i < ids.data.length; i++) {
    const id = ids.data[i];
    if (!(Number.isInteger(id) && id >= 0 && id < segments)) {
      throw new RangeError(
        `Cannot use the segment map of ${place} as labels are 0 to ${segments - 1}: pixel ${i} is ${id}`,
      );
    }
    if (!Number.isFinite(values.data[i])) {
      throw new RangeError(`Cannot use the map ${place} as its pixels must be finite: pixel ${i} is ${values.data[i]}`);
    }
  }
  return { map: values.data, segments: ids.data };
}
