/** Reading what was fitted from the models of a run. @module */
import { join } from "node:path";
import type { SealedFolder } from "../../base/io/sealed_folder.ts";
import type { FittedClassifier } from "../../method/classify/contract.ts";
import { fittedClassifierNamed } from "../../method/classify/fitted_table.ts";
import type { FittedDetector } from "../../method/detect/contract.ts";
import { fittedDetectorNamed } from "../../method/detect/fitted_table.ts";

/** What is fitted, by the folder of `models/` that it lies in. */
interface Rows {
  readonly detectors: FittedDetector;
  readonly classifiers: FittedClassifier;
}
const NAMED: { readonly [Of in keyof Rows]: (type: string) => Rows[Of] | Promise<Rows[Of]> } = {
  detectors: fittedDetectorNamed,
  classifiers: fittedClassifierNamed,
};

/**
 * A fitted detector or classifier of `models/`.
 *
 * @param folder `models/` of a run
 * @param name as the pipeline calls it
 * @param type which one of the table it is
 * @throws {Error} where the file is missing
 * @throws {SyntaxError} where it is damaged, of another run or of another kind
 * @throws {RangeError} where the table has no such type
 */
export async function readFitted<Of extends keyof Rows>(
  folder: SealedFolder,
  of: Of,
  { name, type }: { readonly name: string; readonly type: string },
): Promise<{ readonly kind: Rows[Of]; readonly value: unknown }> {
  const kind = await NAMED[of](type);
  const file = `${of}/${name}.safetensors`;
  const bytes = await folder.read(file);
  try {
    return { kind, value: kind.unpack(bytes) };
  } catch (cause) {
    const path = join(folder.path, file);
    throw new SyntaxError(`Cannot use the fitted ${kind.title} "${path}": run the pipeline again`, { cause });
  }
}
