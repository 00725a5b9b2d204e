/**
 * What a pipeline reaches that aligns its pictures, where parts do not lie alike: cells of ELPV are moved by up to 8 % of their
 * sides and turned by up to 4 degrees, for training and test alike, and judged by folds as they lay, moved, and moved and
 * aligned:
 *
 *     deno task bench:aligned ../shared/data/elpv [PARTS]
 *
 * PARTS are the good cells, 80 where left out, and half as many bad ones; monocrystalline ones alone. See docs/verdict.md.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { readPhoto } from "../lib/picture/image/decode.ts";
import { encodePng } from "../lib/picture/image/encode.ts";
import { GOOD_PARTS } from "../lib/picture/image/settings.ts";
import { parseDefinition } from "../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../lib/product/run/run.ts";
import folder from "../pipelines/folder.ts";
import { moved } from "../tests/picture/align/moved.ts";

const [data, count = "80"] = process.argv.slice(2);
if (!data) throw new Error("Name the folder of ELPV");
const rows = (await readFile(join(data, "labels.csv"), "utf8")).trim().split("\n").slice(1)
  .map((line) => line.split(",").map((cell) => cell.trim()));
const cells = (probability: number, most: number) =>
  rows.filter(([, given, type]) => Number(given) === probability && type === "mono").slice(0, most)
    .map(([file]) => join(data, file));

const work = await mkdtemp(join(tmpdir(), "segad-aligned-"));
try {
  const random = seededRandom(1);
  for (const [label, files] of [["good", cells(0, Number(count))], ["bad", cells(1, Number(count) / 2)]] as const) {
    for (const way of ["still", "moved"]) await mkdir(join(work, way, label), { recursive: true });
    for (const [i, file] of files.entries()) {
      const picture = await readPhoto(file);
      const [height, width] = picture.shape;
      const [dx, dy, angle] = [0.16 * width, 0.16 * height, 8].map((range) => range * (random.uniform() - 0.5));
      await writeFile(join(work, "still", label, `${i}.png`), await encodePng(picture));
      await writeFile(join(work, "moved", label, `${i}.png`), await encodePng(moved(picture, { dx, dy, angle })));
    }
  }
  const { PatchCore, PaDiM } = folder.methods;
  for (
    const [name, way, align] of [
      ["as they lay", "still", undefined],
      ["as they lay, aligned", "still", GOOD_PARTS],
      ["moved", "moved", undefined],
      ["moved, aligned", "moved", GOOD_PARTS],
    ] as const
  ) {
    const definition = parseDefinition({
      ...folder,
      picture: { height: 128, width: 128, ...align && { align } },
      methods: { PatchCore, PaDiM, "Regression": { regression: "evidence" } },
      decision: { ...folder.decision, method: "Regression" },
    });
    const run = await runPipeline(definition, {
      ...{ file: "folder.ts", size: "small", device: "cpu", worth: false },
      data: join(work, way),
      ...{ cache: join(work, "cache"), runs: join(work, "runs") },
      reporter: { say: () => {}, warn: () => {}, progress: () => {} },
      signal: new AbortController().signal,
    });
    if (!run) continue;
    const { n } = run.results.rows[0];
    const figures = run.results.rows.map(({ method, auroc, interval }) =>
      `${method} ${(100 * auroc.mean).toFixed(1)}` +
      (interval ? ` (${(100 * interval.low).toFixed(1)} to ${(100 * interval.high).toFixed(1)})` : "")
    );
    console.log(`${name}, ${n.good} good and ${n.bad} bad: ${figures.join(", ")}`);
    for (const note of run.notes.filter((note) => note.includes("not found"))) console.log(`  ${note}`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
