/**
 * What aligning is worth on parts that lie elsewhere: pictures of a data set that a run has not seen are moved by up to 8 % of
 * their sides and turned by up to 4 degrees, scored as they were, moved, and moved and aligned:
 *
 *     deno task bench:alignment RUNDIR ../shared/data/elpv [PARTS]
 *
 * The data set is ELPV's; the run is of `folder.ts` on some of its pictures. PARTS of each class are scored, 100 where left out.
 * Expected, with the run of 400 good and 50 bad cells of docs/results.md: see docs/verdict.md.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { type Photo, photo } from "../lib/domain.ts";
import { auroc } from "../lib/method/evaluate/auroc.ts";
import { alignerTo } from "../lib/picture/align/align.ts";
import { openScorer } from "../lib/product/model/scorer.ts";
import { medianOf, moved } from "../tests/picture/align/moved.ts";

const [run, data, count = "100"] = process.argv.slice(2);
if (!run || !data) throw new Error("Name a run folder and the folder of ELPV");

/** `cell0438` of a name. */
const cellOf = (name: string) => /cell\d+/.exec(name)?.[0] ?? name;
const manifest = (await readFile(join(run, "manifest.csv"), "utf8")).trim().split("\n").slice(1);
const seen = new Map(manifest.map((line) => [cellOf(line), line.split(",")[2]]));
const rows = (await readFile(join(data, "labels.csv"), "utf8")).trim().split("\n").slice(1).map((line) =>
  line.split(",")
);
const filesOf = (probability: number) =>
  rows.filter(([, given]) => Number(given) === probability).map(([file]) => file);
const fresh = (probability: number) =>
  filesOf(probability).filter((file) => !seen.has(cellOf(file))).slice(0, Number(count));

const scorer = await openScorer(run, { judgeAll: true });
const read = (file: string) => scorer.read(join(data, file));
const usual = scorer.goodParts?.mean ?? await meanOf(filesOf(0).filter((file) => seen.get(cellOf(file)) === "good"));
const align = alignerTo(usual);
const random = seededRandom(1);
const scores: Record<string, number[]> = {
  "as they were": [],
  moved: [],
  "moved and aligned": [],
  "as they were, aligned": [],
};
const labels: number[] = [];
const [was, is, turned]: number[][] = [[], [], []];
let milliseconds = 0;
for (const [label, files] of [[0, fresh(0)], [1, fresh(1)]] as const) {
  for (const file of files) {
    const picture = await read(file);
    const [height, width] = picture.shape;
    const [dx, dy, angle] = [0.16 * width, 0.16 * height, 8].map((range) => range * (random.uniform() - 0.5));
    const away = moved(picture, { dx, dy, angle });
    const begun = performance.now();
    const back = align(away);
    milliseconds += performance.now() - begun;
    was.push(Math.hypot(dx, dy));
    is.push(Math.hypot(back.pose.dx - dx, back.pose.dy - dy));
    turned.push(Math.abs(back.pose.angle - angle));
    const pictures = [picture, away, back.photo, align(picture).photo];
    const verdicts = await scorer.score(pictures.map((photo, n) => ({ id: `${n}`, photo })));
    Object.values(scores).forEach((list, n) => list.push(verdicts[n].score));
    labels.push(label);
  }
}
await scorer.close();
console.log(`${labels.length} cells, moved by ${medianOf(was).toFixed(1)} pixels (median)`);
console.log(
  `found to ${medianOf(is).toFixed(1)} pixels and ${medianOf(turned).toFixed(2)} degrees (medians), in ` +
    `${(milliseconds / labels.length).toFixed(0)} ms`,
);
for (const [name, list] of Object.entries(scores)) {
  console.log(`${name}: AUROC ${(100 * auroc(list, labels)).toFixed(1)}`);
}

async function meanOf(files: readonly string[]): Promise<Photo> {
  const some = files.slice(0, 100);
  const photos = await Promise.all(some.map(read));
  const sum = new Float64Array(photos[0].data.length);
  for (const { data } of photos) data.forEach((value, i) => sum[i] += value / photos.length);
  return photo([photos[0].shape[0], photos[0].shape[1], 3], Uint8Array.from(sum));
}
