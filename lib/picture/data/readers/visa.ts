/** VisA (SPD paper, ECCV 2022) as it lies on disk. @module */
import { join } from "node:path";
import type { Dataset, Item } from "../dataset.ts";
import type { Reader, ReaderOptions } from "./contract.ts";
import { readCsv } from "../../../base/io/csv.ts";
import { exists } from "../../../base/io/walk.ts";
import { firstFew } from "../../../base/text/first_few.ts";
import { checkFiles, describeFolder } from "../listing.ts";
import { listPreparedObjects, preparedFolder, readPrepared } from "./visa_prepared.ts";

/** The splits that are published as `split_csv/<name>.csv`. */
export const VISA_SPLITS = ["1cls", "2cls_fewshot", "2cls_highshot"] as const;
/** One of {@linkcode VISA_SPLITS}. */
export type VisaSplit = NonNullable<ReaderOptions["split"]>;

/** The objects of VisA; others in its layout are of other data. */
const OBJECTS = [
  ...["candle", "capsules", "cashew", "chewinggum", "fryum", "macaroni1", "macaroni2"],
  ...["pcb1", "pcb2", "pcb3", "pcb4", "pipe_fryum"],
];

/** VisA: split files in `split_csv/` that list the pictures of several objects, or folders that were prepared by them. */
export const visa: Reader = {
  title: "VisA",
  looks: "split_csv/",
  // A prepared folder of one split file alone is in the layout of MVTec AD, and read as such where nothing else is said.
  marks: async (root) =>
    await exists(join(root, "split_csv"), "folder") ||
    (await Promise.all(VISA_SPLITS.map((split) => listPreparedObjects(join(root, split))))).flat().length > 0,
  async read(root, { object, split }) {
    if (object !== undefined) return await readVisa(root, { object, split });
    const objects = firstFew(await listVisaObjects(root, split));
    throw new RangeError(
      `Cannot read VisA from "${root}" as it holds several objects: name one of them, such as ${objects}, or all`,
    );
  },
  objects: (root, { split }) => listVisaObjects(root, split),
  hasTable: true,
  isPublished: (_, object) => OBJECTS.includes(object!),
};

/** The objects of a VisA folder, from a split file, in its order; those of a prepared one by name. */
export async function listVisaObjects(root: string, split: VisaSplit = "1cls"): Promise<string[]> {
  const prepared = await preparedOf(root, split);
  if (prepared !== undefined) return await listPreparedObjects(prepared);
  const rows = await readSplit(root, split);
  return [...new Set(rows.map((row) => row.object))];
}

/** The folder of a split file where VisA was prepared and has no split files any more. */
async function preparedOf(root: string, split: VisaSplit): Promise<string | undefined> {
  return await exists(join(root, "split_csv"), "folder") ? undefined : await preparedFolder(root, split);
}

/**
 * Reads one object by a split file. Items are in the order of the file's rows, which the split of the SegAD paper's
 * published code depends on; of a prepared folder, where the file is not any more, by name.
 *
 * @throws {Error} where the split file is missing, or files that it names are, or it names one twice
 * @throws {RangeError} where there is no such object
 * @throws {SyntaxError} where a row has another split or label than `train`, `test`, `normal`, `anomaly`
 *
 * ```ts
 * import { readVisa } from "./visa.ts";
 * const dataset = await readVisa("../data/visa", { object: "pcb1" }).catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function readVisa(root: string, options: { object: string; split?: VisaSplit }): Promise<Dataset> {
  const { object, split = "1cls" } = options;
  const prepared = await preparedOf(root, split);
  if (prepared !== undefined) {
    const objects = await listPreparedObjects(prepared);
    if (!objects.includes(object)) {
      throw new RangeError(
        `Cannot read VisA object "${object}" from "${prepared}" as it has ${firstFew(objects)}`,
      );
    }
    return { name: `visa/${object}`, root: join(prepared, object), items: await readPrepared(join(prepared, object)) };
  }
  const all = await readSplit(root, split);
  const rows = all.filter((row) => row.object === object);
  if (rows.length === 0) {
    const objects = [...new Set(all.map((row) => row.object))].join(", ");
    throw new RangeError(
      `Cannot read VisA object "${object}" from "${root}" as ${split}.csv has ${objects || "no rows"}`,
    );
  }
  const items = rows.map((row): Item => {
    if ((row.split !== "train" && row.split !== "test") || (row.label !== "normal" && row.label !== "anomaly")) {
      throw new SyntaxError(
        `Cannot read VisA from "${root}" as ${split}.csv says split "${row.split}" and label "${row.label}" for ` +
          `"${row.image}": a split is train or test, a label normal or anomaly`,
      );
    }
    return {
      id: row.image,
      path: join(root, row.image),
      split: row.split,
      label: row.label === "normal" ? "good" : "bad",
      unseen: false,
      ...(row.mask ? { mask: join(root, row.mask) } : {}),
    };
  });
  await checkFiles(join(root, "split_csv", `${split}.csv`), root, items);
  return { name: `visa/${object}`, root, items };
}

async function readSplit(root: string, split: VisaSplit) {
  const path = join(root, "split_csv", `${split}.csv`);
  if (!await exists(path, "file")) {
    throw new Error(
      `Cannot read VisA from "${root}" as it must have split_csv/${split}.csv and <object>/Data/Images: found ` +
        await describeFolder(root),
    );
  }
  return readCsv(path, ["object", "split", "label", "image", "mask"]);
}
