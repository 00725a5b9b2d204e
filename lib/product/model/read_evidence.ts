/** Reading what evidence compares pictures with from the models of a run. @module */
import { evidence, type PictureEvidence } from "../../method/evidence/evidence.ts";
import { unpackEvidence } from "../../method/evidence/file.ts";
import { readBytes } from "./read_fitted.ts";

/**
 * What is usual in good parts, ready to compare pictures with.
 *
 * @throws {Error} where the file is missing
 * @throws {SyntaxError} where it is damaged
 */
export async function readEvidence(path: string): Promise<PictureEvidence> {
  const bytes = await readBytes(path);
  try {
    return evidence(unpackEvidence(bytes));
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${path}": run the pipeline again`, { cause });
  }
}
