/** Checking an exported model by its certificate. @module */
import { readNpy } from "../../base/io/npy.ts";
import { openRuntime, type RuntimeOptions } from "../../engine/session/runtime.ts";
import { type Certificate, readCertificate, readCertified, type Reference } from "./certificate.ts";
import { compare, type Expected, type Found } from "./compare.ts";

/** What a check has found. */
export interface Verified {
  readonly certificate: Certificate;
  readonly found: readonly Found[];
}

/**
 * Scores the reference pictures of a folder again.
 *
 * @throws {Error} where a file is missing
 * @throws {SyntaxError} where a file is not the one that was certified
 */
export async function verifyExport(folder: string, options: RuntimeOptions = {}): Promise<Verified> {
  const certificate = await readCertificate(folder);
  const model = await readCertified(folder, certificate.model);
  const runtime = await openRuntime(options);
  const session = await runtime.open(model, certificate.model.file);
  try {
    const found: Found[] = [];
    for (const reference of certificate.references) {
      found.push(await compare(session, await expectedOf(folder, reference), certificate.tolerance));
    }
    return { certificate, found };
  } finally {
    await session.release();
  }
}

async function expectedOf(
  folder: string,
  { name, picture, segments, maps, score, decision }: Reference,
): Promise<Expected> {
  const pixels = readNpy(await readCertified(folder, picture), picture.file);
  const planes = maps && readNpy(await readCertified(folder, maps), maps.file);
  const labels = segments && readNpy(await readCertified(folder, segments), segments.file);
  if (labels && labels.dtype !== "u8") {
    throw new TypeError(`Cannot use the reference "${name}" as its segments must be u8`);
  }
  if (pixels.dtype !== "u8" || planes && planes.dtype !== "f32") {
    throw new TypeError(`Cannot use the reference "${name}" as its picture must be u8 and its maps f32`);
  }
  return { name, picture: pixels, score, decision, ...labels && { segments: labels }, ...planes && { maps: planes } };
}
