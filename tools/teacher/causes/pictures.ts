/**
 * Writes the pictures that the experiments of this folder look at.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-ffi tools/teacher/causes/pictures.ts \
 *       --out DIR [--elpv DIR] [--quick]
 *
 * - `stand_in.u8`: parts of the stand-in of seed 7, 360 good ones and then 160 bad ones, their kinds in turn;
 * - `parts.u8`: the 800 parts that teachers are distilled on, beside pictures that drawn.py draws; of another seed;
 * - `elpv.u8`, with `--elpv`: 400 good and then 200 bad cells of ELPV, drawn by seed.
 *
 * Each file is u8[N,256,256,3], red, green, blue, and nothing else; `sets.json` has the names and how many are good and
 * bad (of `parts` that is not told: all count as good). Raw bytes and no JPEG, so that networks see here what the
 * product sees. `--quick` writes a few of each, to try the commands.
 */
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Dim } from "../../../lib/base/tensor/tensor.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import type { Photo } from "../../../lib/domain.ts";
import { readElpv } from "../../../lib/picture/data/readers/elpv.ts";
import { readPhoto } from "../../../lib/picture/image/decode.ts";
import { resizePhoto } from "../../../lib/picture/image/resize.ts";
import { DEFECT_KINDS } from "../../../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../../lib/picture/stand_in/render.ts";
import { teacherPart } from "../pictures.ts";

const SIDE = 256;
/** The index of the first bad part, however many good ones are written. */
const FIRST_BAD = 360;

/** Good pictures in front of bad ones. */
interface Pictures {
  readonly good: number;
  readonly bad: number;
  /** u8[256·256·3] */
  bytes(index: number): Promise<Uint8Array>;
}

function resized(photo: Photo<Dim, Dim>): Uint8Array {
  return resizePhoto(photo, { height: SIDE, width: SIDE }).data;
}

function standIn(good: number, bad: number): Pictures {
  return {
    ...{ good, bad },
    bytes(i) {
      const kind = i < good ? "good" : DEFECT_KINDS[(i - good) % DEFECT_KINDS.length];
      const index = i < good ? i : FIRST_BAD + i - good;
      return Promise.resolve(resized(renderPart(partSpec({ seed: 7, index, kind }))));
    },
  };
}

function parts(count: number): Pictures {
  return { ...{ good: count, bad: 0 }, bytes: (i) => Promise.resolve(teacherPart(i, SIDE).data) };
}

async function elpv(folder: string, good: number, bad: number): Promise<Pictures> {
  const { items } = await readElpv(folder);
  const drawn = Array.from(seededRandom(1).permutation(items.length), (i) => items[i]);
  const of = (label: string, count: number) => {
    const found = drawn.filter((item) => item.label === label);
    if (found.length < count) {
      throw new RangeError(`Cannot take ${count} ${label} cells of "${folder}" as it has ${found.length}`);
    }
    return found.slice(0, count);
  };
  const cells = [...of("good", good), ...of("bad", bad)];
  return { ...{ good, bad }, bytes: async (i) => resized(await readPhoto(cells[i].path)) };
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { out: { type: "string" }, elpv: { type: "string" }, quick: { type: "boolean", default: false } },
});
const { out, quick } = values;
if (out === undefined) throw new TypeError("Cannot write pictures without --out DIR");
await mkdir(out, { recursive: true });
const sets: Record<string, Pictures> = {
  stand_in: quick ? standIn(12, 4) : standIn(360, 160),
  parts: parts(quick ? 12 : 800),
  ...values.elpv !== undefined && { elpv: await (quick ? elpv(values.elpv, 12, 4) : elpv(values.elpv, 400, 200)) },
};
for (const [name, { good, bad, bytes }] of Object.entries(sets)) {
  const file = await open(join(out, `${name}.u8`), "w");
  for (let i = 0; i < good + bad; i++) await file.writeFile(await bytes(i));
  await file.close();
  console.log(`${name}: ${good} good, ${bad} bad`);
}
const counts = Object.entries(sets).map(([name, { good, bad }]) => [name, { good, bad }]);
await writeFile(join(out, "sets.json"), `${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`);
