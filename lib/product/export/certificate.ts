/** `certificate.json` beside an exported model: what the product says of some pictures, and how near a runtime must come. @module */
import { join } from "node:path";
import { type Type, type } from "arktype";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { refuse } from "../../base/text/refuse.ts";
import { CERTIFICATE } from "../../method/detect/onnx/exported_file.ts";
import { type ExportedCard, parseCard } from "../model/exported_card.ts";
import type { Decision } from "../../method/evaluate/decide.ts";

/** What a model must say. */
export interface Certificate {
  /** Of this file. */
  readonly format: 1;
  /** The file beside it, and its hash. */
  readonly model: { readonly file: string; readonly sha256: string };
  /** What the model says of itself in its metadata, for runtimes that do not show it. */
  readonly card: ExportedCard;
  /** What made it, by version; `model` is what `identifyModel` says of the run's own models. */
  readonly made: { readonly segad: string; readonly runtime: string; readonly opset: number; readonly model: string };
  readonly tolerance: Tolerance;
  readonly references: readonly Reference[];
}

/** How far a runtime may be from the product. */
export interface Tolerance {
  /** A score may differ by this, and where it is beyond ±1 by this share of it. */
  readonly score: number;
  /** A pixel of a map may differ by this share of the largest of the map. */
  readonly map: number;
}

/** A picture with what the product says of it. */
export interface Reference {
  readonly name: string;
  /** u8[H,W,3] as `.npy`, at the size of the model, or at its own where the graph takes any. */
  readonly picture: FileHash;
  /** u8[H,W] as `.npy`, where the graph is given a segment map with each picture. */
  readonly segments?: FileHash;
  /** f32[K,H,W] as `.npy`; none where the model has no map. */
  readonly maps?: FileHash;
  readonly score: number;
  readonly decision: Decision;
}

/** A file beside the certificate. */
export interface FileHash {
  readonly file: string;
  readonly sha256: string;
}

const fileHash = { "+": "reject", file: "string", sha256: "string" } as const;
const schema: Type<Omit<Certificate, "card"> & { readonly card: object }> = type({
  "+": "reject",
  format: "1",
  model: fileHash,
  card: "object",
  made: { "+": "reject", segad: "string", runtime: "string", opset: "number.integer", model: "string" },
  tolerance: { "+": "reject", score: "number > 0", map: "number > 0" },
  references: type({
    "+": "reject",
    name: "string",
    picture: fileHash,
    "segments?": fileHash,
    "maps?": fileHash,
    score: "number",
    decision: "'good' | 'review' | 'bad'",
  }).array().atLeastLength(1),
});

/** Its text: the facts, and a seal over them. */
export function writeCertificate(certificate: Certificate): string {
  return `${JSON.stringify({ ...certificate, sha256: sha256(canonicalJson(certificate)) }, undefined, 2)}\n`;
}

/**
 * Reads the certificate of a folder.
 *
 * @throws {Error} where there is none
 * @throws {SyntaxError} where it is no JSON, or has changed since it was written
 * @throws {TypeError} where it is not of this form, with the path of each difference
 */
export async function readCertificate(folder: string): Promise<Certificate> {
  const path = join(folder, CERTIFICATE);
  const text = new TextDecoder().decode(await readWhole(path));
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read the certificate "${path}" as ${(cause as Error).message}`, { cause });
  }
  const { sha256: seal, ...facts } = value;
  const certificate = schema(facts);
  if (certificate instanceof type.errors) return refuse(`use the certificate "${path}"`, certificate, schema);
  if (seal === sha256(canonicalJson(facts))) return { ...certificate, card: parseCard(certificate.card, path) };
  throw new SyntaxError(`Cannot use the certificate "${path}" as it has changed since it was written: export again`);
}

/**
 * The bytes of a file that a certificate names.
 *
 * @throws {SyntaxError} where it is another file than the one that was certified
 */
export async function readCertified(folder: string, { file, sha256: wanted }: FileHash): Promise<Uint8Array> {
  const path = join(folder, file);
  const bytes = await readWhole(path);
  if (sha256(bytes) === wanted) return bytes;
  throw new SyntaxError(`Cannot use "${path}" as it is not the file that was certified: export again`);
}
