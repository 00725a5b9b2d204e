/** What jobs are done with, as an entry of the cache: written by who hands them out, read by who does them. @module */
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import type { Backbone } from "../../../method/backbone/backbone.ts";
import type { DepthPolicy } from "../../../picture/image/depth.ts";
import type { Cache } from "../cache/cache.ts";
import { OtherCacheError } from "./job_payload.ts";

/** What the tasks of a run are done with. */
export interface RunSetup {
  readonly kind: "run";
  /** Its model is the entry `files/<sha256>`. */
  readonly backbone: Omit<Backbone, "model">;
  /** Those of detectors and classifiers that look otherwise, likewise. */
  readonly others?: readonly Omit<Backbone, "model">[];
  /** SHA-256 of the picture that others are aligned with, likewise. */
  readonly reference?: string;
}

/** What pictures are scored with. */
export interface ScoreSetup {
  readonly kind: "score";
  /** What tells the model from every other: see `identifyModel`. */
  readonly model: string;
  /** Its files by name: each is the entry `files/<sha256>`. */
  readonly files: Readonly<Record<string, string>>;
  readonly threshold?: number;
  readonly review?: number;
  readonly depth?: DepthPolicy;
  readonly maxPixels?: number;
  /** Folder of segment maps, as it was typed. */
  readonly segments?: string;
  /** The folder that this and names of pictures are relative to. */
  readonly folder: string;
}

/** Of any kind. */
export type Setup = RunSetup | ScoreSetup;

/** All backbones of a run. */
export function backbonesOf({ backbone, others = [] }: RunSetup): readonly Omit<Backbone, "model">[] {
  return [backbone, ...others];
}

/** Keeps a setup; gives the key of its entry. */
export async function keepSetup(cache: Cache, setup: Setup): Promise<string> {
  const text = canonicalJson(setup);
  const key = `setups/${sha256(text).slice(0, 40)}`;
  if (!await cache.has(key)) await cache.write(key, text);
  return key;
}

/**
 * Reads a setup.
 *
 * @throws {OtherCacheError} where the cache has none
 */
export async function readSetup(cache: Cache, key: string): Promise<Setup> {
  const setup = await cache.load(key, (bytes): Setup => JSON.parse(new TextDecoder().decode(bytes)));
  if (!setup) throw new OtherCacheError(cache.root, key);
  return setup;
}

/** Keeps the content of a file; gives its SHA-256. */
export async function keepFile(cache: Cache, bytes: Uint8Array): Promise<string> {
  const hash = sha256(bytes);
  const key = fileKey(hash);
  if (!await cache.has(key)) await cache.write(key, bytes);
  return hash;
}

/**
 * The content of a file that {@linkcode keepFile} has kept.
 *
 * @throws {OtherCacheError} where the cache does not have it
 */
export async function readKept(cache: Cache, hash: string): Promise<Uint8Array> {
  const bytes = await cache.read(fileKey(hash));
  if (!bytes) throw new OtherCacheError(cache.root, fileKey(hash));
  return bytes;
}

/** The entry of a file. */
export function fileKey(hash: string): string {
  return `files/${hash}`;
}

/** The entries that a job needs beside those that its tasks name. */
export function entriesOfSetup(setup: Setup): string[] {
  if (setup.kind === "score") return Object.values(setup.files).map(fileKey);
  const { reference } = setup;
  return [...backbonesOf(setup).map(({ sha256 }) => sha256), ...reference === undefined ? [] : [reference]].map(
    fileKey,
  );
}
