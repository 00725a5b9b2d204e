/** The file of a model that was exported here, as all know it that read one. @module */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../../../base/io/hash.ts";
import { readWhole } from "../../../base/io/read_file.ts";

/** Where its metadata says what it is. */
export const CARD = "segad.export";
/** What lies beside it and says what it must answer. */
export const CERTIFICATE = "certificate.json";

/**
 * Whether a model is the one that the certificate beside it is of. A file that was taken out of its folder has none to fail.
 *
 * @throws {SyntaxError} where it is another one, or the certificate is none
 */
export async function checkCertified(file: string, bytes: Uint8Array): Promise<void> {
  const path = join(dirname(file), CERTIFICATE);
  if (!existsSync(path)) return;
  let certified: unknown;
  try {
    certified = JSON.parse(new TextDecoder().decode(await readWhole(path)))?.model?.sha256;
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${file}" as its certificate "${path}" is damaged: export again`, { cause });
  }
  if (certified === sha256(bytes)) return;
  throw new SyntaxError(
    `Cannot use "${file}" as it is not the file that the certificate beside it is of: export again, or use a copy of the ` +
      "file without its folder where the change is meant",
  );
}
