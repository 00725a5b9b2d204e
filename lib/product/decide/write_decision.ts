/** Another decision for a model that is there. @module */
import { join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { MODEL_FILE, type ModelFile, readModelFile } from "../model/model_file.ts";

/**
 * Writes another decision into a `model.json`. What else stands there stays as it is, the hashes of the other files too: a
 * file that is damaged stays known as damaged.
 *
 * @throws {Error} where the file cannot be read or written
 * @throws {SyntaxError | TypeError} as `readModelFile`
 */
export async function writeDecision(models: string, decision: ModelFile["decision"]): Promise<ModelFile> {
  const path = join(models, MODEL_FILE);
  const { sha256: sealed, ...before } = await readModelFile(path);
  const model = { ...before, decision };
  const written = sealed === undefined ? model : { ...model, sha256: sha256(canonicalJson(model)) };
  await writeFileAtomic(path, `${JSON.stringify(written, null, 2)}\n`);
  return written;
}
