/** Reading what evidence compares pictures with from the models of a run. @module */
import { join } from "node:path";
import type { SealedFolder } from "../../base/io/sealed_folder.ts";
import { evidence, type PictureEvidence } from "../../method/evidence/evidence.ts";
import type { EvidenceFitted } from "../../method/evidence/fitted.ts";
import { unpackEvidence } from "../../method/evidence/file.ts";

/**
 * What is usual in good parts, ready to compare pictures with.
 *
 * @throws {Error} where the file is missing
 * @throws {SyntaxError} where it is damaged
 */
export async function readEvidence(folder: SealedFolder, file: string): Promise<PictureEvidence> {
  return evidence(await readStoredEvidence(folder, file));
}

/** The same as plain data. */
export async function readStoredEvidence(folder: SealedFolder, file: string): Promise<EvidenceFitted> {
  const bytes = await folder.read(file);
  try {
    return unpackEvidence(bytes);
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${join(folder.path, file)}": run the pipeline again`, { cause });
  }
}
