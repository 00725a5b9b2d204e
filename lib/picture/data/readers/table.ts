/** All layouts of data sets, and their readers. @module */
import type { Dataset } from "../dataset.ts";
import { describeFolder, describeLeftOut } from "../listing.ts";
import type { Reader, ReaderOptions } from "./contract.ts";
import { elpv } from "./elpv.ts";
import { folder } from "./folder.ts";
import { mvtec } from "./mvtec.ts";
import { vad } from "./vad.ts";
import { visa } from "./visa.ts";

/** How files lie on disk, as pipelines call it. */
export type Layout = "visa" | "elpv" | "vad" | "mvtec" | "folder";

/** Every reader by its layout; of several that fit a folder the first is meant. */
export const READERS: { readonly [L in Layout]: Reader } = { visa, elpv, vad, mvtec, folder };

/** The names of the layouts, in the order of the table. */
export const LAYOUTS: readonly Layout[] = Object.keys(READERS) as Layout[];

/** Where to read from, and what a layout with several objects needs to know. */
export interface OpenOptions extends ReaderOptions {
  /** By default it is told by {@linkcode detectLayout}. */
  readonly layout?: Layout | "auto";
}

/**
 * Tells the layout of a folder by what lies in it; see `marks` of the readers.
 *
 * @throws {Error} where none fits, with what was looked for and what was found
 *
 * ```ts
 * import { detectLayout } from "./table.ts";
 * const layout = await detectLayout("../data/parts").catch((error: Error) => error.message);
 * console.assert(layout === "folder" || layout.startsWith("Cannot tell"));
 * ```
 */
export async function detectLayout(root: string): Promise<Layout> {
  for (const layout of LAYOUTS) if (await READERS[layout].marks(root)) return layout;
  const titles = new Map<string, string[]>();
  for (const { looks, title } of Object.values(READERS)) titles.set(looks, [...titles.get(looks) ?? [], title]);
  const known = [...titles].reverse().map(([looks, names]) => `${looks} (${names.join(", ")})`);
  throw new Error(
    `Cannot tell the layout of "${root}" as it has none of ${known.join(", ")}: found ${await describeFolder(root)}`,
  );
}

/**
 * Reads a data set in any layout.
 *
 * @throws {Error} where files are missing; see the readers
 * @throws {RangeError} where an object must be named and is not
 *
 * ```ts
 * import { openDataset } from "./table.ts";
 * const dataset = await openDataset("../data/parts").catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function openDataset(root: string, options: OpenOptions = {}): Promise<Dataset> {
  const reader = READERS[await layoutOf(root, options)];
  const dataset = await reader.read(root, options);
  return reader.hasTable ? dataset : await withLeftOut(dataset);
}

/** With notes on what lies in the folders of its parts and is none of them. */
async function withLeftOut(dataset: Dataset): Promise<Dataset> {
  const found = dataset.items.map(({ id, path }) => ({ name: id.slice(id.indexOf("/") + 1), path }));
  const notes = [...dataset.notes ?? [], ...await describeLeftOut(found)];
  return notes.length === 0 ? dataset : { ...dataset, notes };
}

/** The objects that a folder holds, such as VisA's or the classes of MVTec AD; none where it holds a single one. */
export async function listObjects(root: string, options: OpenOptions = {}): Promise<string[]> {
  return await READERS[await layoutOf(root, options)].objects?.(root, options) ?? [];
}

async function layoutOf(root: string, { layout = "auto" }: OpenOptions): Promise<Layout> {
  return layout === "auto" ? await detectLayout(root) : layout;
}
