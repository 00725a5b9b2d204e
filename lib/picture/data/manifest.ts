/** Content of a data set: the hash of each file, and what must not lie in it twice. @module */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { fileSize } from "../../base/io/read_file.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import type { DepthPolicy } from "../image/depth.ts";
import type { Item } from "./dataset.ts";
import { compare } from "../../base/io/walk.ts";
import type { Split } from "./split.ts";

/** One file of a manifest. */
export interface ManifestEntry {
  /** As the item has it. */
  readonly id: string;
  /** As the item has it. */
  readonly split: Item["split"];
  /** As the item has it. */
  readonly label: Item["label"];
  /** Bytes of the file. */
  readonly bytes: number;
  /** Of the file's content, in hexadecimal. */
  readonly sha256: string;
}

/** What exactly a run saw. */
export interface Manifest {
  /** In the order of the items. */
  readonly files: readonly ManifestEntry[];
  /** Of ids, splits, labels and contents; the order of the items and the place of the root do not change it. */
  readonly sha256: string;
  /** Files that are there twice with one label, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Hashes all files, some at a time, and checks that none is there once good and once bad.
 *
 * @param onProgress told how many files are done
 * @param onUnreadable told of each file that cannot be read, which is left out then; an error where it is not given
 * @throws {Error} where a file cannot be read, and where the same content is good and bad; both files are named
 *
 * ```ts
 * import { makeManifest } from "./manifest.ts";
 * console.assert((await makeManifest([])).files.length === 0);
 * ```
 */
export async function makeManifest(
  items: readonly Item[],
  onProgress: (done: number, total: number) => void = () => {},
  onUnreadable?: (item: Item, error: Error) => void,
): Promise<Manifest> {
  const files: (ManifestEntry | undefined)[] = new Array(items.length);
  let next = 0;
  let done = 0;
  async function work(): Promise<void> {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      const { id, split, label } = item;
      try {
        files[index] = { id, split, label, ...await hashFile(item.path) };
      } catch (error) {
        if (!onUnreadable || !(error instanceof Error)) throw error;
        onUnreadable(item, error);
      }
      onProgress(++done, items.length);
    }
  }
  await Promise.all([work(), work(), work(), work()]);
  return manifestOf(files.filter((file) => file !== undefined));
}

/** A manifest without some files. */
export function withoutFiles({ files }: Manifest, ids: ReadonlySet<string>): Manifest {
  return manifestOf(files.filter(({ id }) => !ids.has(id)));
}

function manifestOf(files: readonly ManifestEntry[]): Manifest {
  const warnings = checkDuplicates(files.map((file) => ({ ...file, group: file.split })), "data set");
  const lines = files.map((file) => `${file.sha256} ${file.split} ${file.label} ${file.id}\n`);
  return { files, sha256: sha256(lines.sort(compare).join("")), warnings };
}

/** What a training has learned from: the files, and how their 16 bits became 8 where that was said. */
export function trainedOn({ sha256: files }: Manifest, depth?: DepthPolicy): string {
  return depth === undefined ? files : sha256(`${files} ${canonicalJson(depth)}`);
}

/**
 * Checks one split of a data set by content: what fits or trains must not be judged.
 *
 * @returns warnings, in sentences, for what is there twice in one list
 * @throws {Error} where the same content, or the same part, is in the test list and in another; both are named
 *
 * ```ts
 * import { checkSplit, makeManifest } from "./manifest.ts";
 * const manifest = await makeManifest([]);
 * console.assert(checkSplit({ detectors: [], forest: [], test: [] }, manifest).length === 0);
 * ```
 */
export function checkSplit(split: Split, manifest: Manifest): string[] {
  const hashes = new Map(manifest.files.map((file) => [file.id, file.sha256]));
  const list = (items: readonly Item[], group: string) =>
    items.map(({ id, label }) => ({ id, label, group, sha256: hashes.get(id) ?? `unknown ${id}` }));
  const training = [...list(split.detectors, "train"), ...list(split.forest, "train")];
  return checkDuplicates([...training, ...list(split.test, "test")], "split");
}

/** The hash of a file without content. */
export const EMPTY: string = sha256("");

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly sha256: string;
}

function checkDuplicates(entries: readonly Entry[], what: string): string[] {
  const first = new Map<string, Entry>();
  const warnings: string[] = [];
  for (const entry of entries) {
    // Files without content are no copies of each other
    if (entry.sha256 === EMPTY) continue;
    const other = first.get(entry.sha256);
    if (!other) {
      first.set(entry.sha256, entry);
      continue;
    }
    const both = other.id === entry.id ? `"${entry.id}" is there` : `"${other.id}" and "${entry.id}" are the same file`;
    // What a data set's own split has on both sides is left out of judging; what a split of ours has is our mistake.
    if (other.group !== entry.group && what === "split") {
      throw new Error(
        `Cannot use the ${what} as ${both} in ${other.group} and in ${entry.group}: scores would be too good`,
      );
    }
    if (other.label !== entry.label) {
      throw new Error(`Cannot use the ${what} as ${both}, once ${other.label} and once ${entry.label}`);
    }
    const places = other.group === entry.group ? entry.group : `${other.group} and in ${entry.group}`;
    warnings.push(`${both}${other.id === entry.id ? " twice" : ""} in ${places}`);
  }
  return warnings;
}

async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  await fileSize(path);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (cause) {
    throw new Error(`Cannot read "${path}" as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return { bytes, sha256: hash.digest("hex") };
}
