/** ELPV: electroluminescence pictures of solar cells (C. Buerhop-Lutz et al., EU PVSEC 2018). @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, Item } from "../dataset.ts";
import { readCsv } from "../../../base/io/csv.ts";
import { exists } from "../../../base/io/walk.ts";
import { checkFiles } from "../listing.ts";
import type { Reader } from "./contract.ts";

const TABLE = "labels.csv";

/** ELPV: `labels.csv` with a column defect_probability. */
export const elpv: Reader = {
  title: "ELPV",
  looks: TABLE,
  async marks(root) {
    if (!await exists(join(root, TABLE), "file")) return false;
    const [header] = (await readFile(join(root, TABLE), "utf8")).split("\n", 1);
    return header.includes("defect_probability");
  },
  read: readElpv,
  hasTable: true,
  isPublished: () => true,
};

/**
 * Reads `labels.csv` with the columns image, defect_probability and cell_type; items are in the order of its rows.
 * Probability 0 is good, 1 is bad; cells that people were unsure about are left out, and a note says how many.
 *
 * @throws {Error} where the table or files that it names are missing
 * @throws {SyntaxError} where a probability is no number from 0 to 1
 *
 * ```ts
 * import { readElpv } from "./elpv.ts";
 * const dataset = await readElpv("../data/elpv").catch((error: Error) => error.message);
 * console.assert(typeof dataset !== "string" || dataset.startsWith("Cannot"));
 * ```
 */
export async function readElpv(root: string): Promise<Dataset> {
  const path = join(root, TABLE);
  const rows = await readCsv(path, ["image", "defect_probability", "cell_type"]);
  const rated = rows.map((row, i) => {
    const probability = row.defect_probability.trim() === "" ? NaN : Number(row.defect_probability);
    if (!(probability >= 0 && probability <= 1)) {
      throw new SyntaxError(
        `Cannot read "${path}" as row ${
          i + 2
        } has defect probability "${row.defect_probability}": it must be from 0 to 1`,
      );
    }
    return { image: row.image, probability };
  });
  const sure = rated.filter(({ probability }) => probability === 0 || probability === 1);
  if (sure.length === 0) throw new Error(`Cannot read "${path}" as no row has defect probability 0 or 1`);
  const items = sure.map(({ image, probability }): Item => ({
    id: image,
    path: join(root, image),
    split: "train",
    label: probability === 0 ? "good" : "bad",
    unseen: false,
  }));
  await checkFiles(path, root, items);
  const unsure = rows.length - items.length;
  const notes = unsure > 0
    ? [`${unsure} of ${rows.length} pictures left out: their defect probability is neither 0 nor 1`]
    : [];
  return { name: "elpv", root, items, notes };
}
