/** Which layout a folder has, and its reader. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, Layout } from "../dataset.ts";
import { readElpv } from "./elpv.ts";
import { describeFolder, exists, firstFew } from "../../../base/io/listing.ts";
import { readFolder } from "./folder.ts";
import { isMvtecClass, listMvtecClasses, readMvtec } from "./mvtec.ts";
import { findVad, readVad } from "./vad.ts";
import { listVisaObjects, readVisa, type VisaSplit } from "./visa.ts";

/** Where to read from, and what a layout with several objects needs to know. */
export interface OpenOptions {
  /** By default it is told by {@linkcode detectLayout}. */
  readonly layout?: Layout | "auto";
  /** VisA: the object, such as `pcb1`. MVTec AD: the class, where the folder holds several. */
  readonly object?: string;
  /** VisA: which split file. */
  readonly split?: VisaSplit;
}

/**
 * Tells the layout of a folder by what lies in it:
 * `split_csv/` is VisA; `labels.csv` with a column defect_probability is ELPV; `train/good` with `train/bad`,
 * `test/bad_unseen_defects` or `low_shot_train.json` is VAD, also one folder down in `vad/`; `train/good` and `test/`
 * without them is a class of MVTec AD, and a folder of such classes is MVTec AD; `good/` is a plain folder.
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
  if (await exists(join(root, "split_csv"), "folder")) return "visa";
  if (await exists(join(root, "labels.csv"), "file")) {
    const [header] = (await readFile(join(root, "labels.csv"), "utf8")).split("\n", 1);
    if (header.includes("defect_probability")) return "elpv";
  }
  const vad = await findVad(root);
  if (vad) {
    const marks = await Promise.all([
      exists(join(vad, "train", "bad"), "folder"),
      exists(join(vad, "test", "bad_unseen_defects"), "folder"),
      exists(join(vad, "low_shot_train.json"), "file"),
    ]);
    if (marks.includes(true)) return "vad";
  }
  if (await isMvtecClass(root) || (await listMvtecClasses(root)).length > 0) return "mvtec";
  if (await exists(join(root, "good"), "folder")) return "folder";
  throw new Error(
    `Cannot tell the layout of "${root}" as it has none of good/ and bad/ (own pictures), train/good and test/ (VAD, a ` +
      `class of MVTec AD), split_csv/ (VisA), labels.csv (ELPV): found ${await describeFolder(root)}`,
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
  const { layout = "auto", object, split } = options;
  switch (layout === "auto" ? await detectLayout(root) : layout) {
    case "vad":
      return readVad(root);
    case "elpv":
      return readElpv(root);
    case "folder":
      return readFolder(root);
    case "mvtec":
      return readMvtec(object === undefined ? root : join(root, object));
    case "visa":
      if (object === undefined) throw new RangeError(await askForObject(root, split));
      return readVisa(root, { object, split });
  }
}

/** The objects of a VisA folder, or the classes of one of MVTec AD; none where it holds a single one. */
export async function listObjects(root: string, { layout = "auto", split }: OpenOptions = {}): Promise<string[]> {
  switch (layout === "auto" ? await detectLayout(root) : layout) {
    case "visa":
      return await listVisaObjects(root, split);
    case "mvtec":
      return await listMvtecClasses(root);
    default:
      return [];
  }
}

async function askForObject(root: string, split?: VisaSplit): Promise<string> {
  const objects = await listVisaObjects(root, split);
  return `Cannot read VisA from "${root}" as it holds several objects: name one of them, such as ${
    firstFew(objects)
  }, or all`;
}
