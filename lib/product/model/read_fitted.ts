/** Reading what was fitted from the models of a run. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Classifier } from "../../method/classify/contract.ts";
import { classifierNamed } from "../../method/classify/table.ts";
import type { Detector } from "../../method/detect/contract.ts";
import { detectorNamed } from "../../method/detect/table.ts";

/** What is fitted, by the folder of `models/` that it lies in. */
interface Kinds {
  readonly detectors: Detector;
  readonly classifiers: Classifier;
}
const NAMED: { readonly [Kind in keyof Kinds]: (type: string) => Kinds[Kind] } = {
  detectors: detectorNamed,
  classifiers: classifierNamed,
};

/**
 * A fitted detector or classifier of `models/`.
 *
 * @param folder `models/` of a run
 * @param name as the pipeline calls it
 * @param type which one of the table it is
 * @throws {Error} where the file is missing
 * @throws {SyntaxError} where it is damaged or of another kind
 * @throws {RangeError} where the table has no such type
 */
export async function readFitted<Kind extends keyof Kinds>(
  folder: string,
  kind: Kind,
  { name, type }: { readonly name: string; readonly type: string },
): Promise<{ readonly estimator: Kinds[Kind]; readonly value: unknown }> {
  const estimator = NAMED[kind](type);
  const path = join(folder, kind, `${name}.safetensors`);
  const bytes = await readBytes(path);
  try {
    return { estimator, value: estimator.unpack(bytes) };
  } catch (cause) {
    throw new SyntaxError(`Cannot use the fitted ${estimator.title} "${path}": run the pipeline again`, { cause });
  }
}

/** The bytes of a file of a run's models. */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read "${path}": run the pipeline again`, { cause });
  }
}
