/**
 * Distils the teacher of EfficientAD that may ship: once, long, on pictures that are drawn by number.
 *
 *     nice -n 19 deno run -A tools/teacher/distil.ts --out FILE [--steps N] [--size far] [--width X] [--seed N]
 *
 * The same options give the same bytes. A run that was stopped goes on where it was when the command is repeated; what it has so
 * far is judged by tools/teacher/judge.ts. At the end it tells how much of the target it explains on pictures that it has not seen.
 * One thread, so that other work goes on beside it.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { writePdn } from "../../lib/method/backbone/pdn_file.ts";
import { distil } from "../../lib/method/detect/efficientad/distil.ts";
import { openRuntime } from "../../lib/engine/session/runtime.ts";
import type { FitContext } from "../../lib/method/learn/contract.ts";
import { image } from "../../lib/domain.ts";
import { teacherPicture } from "./pictures.ts";

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    out: { type: "string" },
    steps: { type: "string", default: "20000" },
    size: { type: "string", default: "far" },
    width: { type: "string", default: "0.5" },
    batch: { type: "string", default: "8" },
    rate: { type: "string", default: "0.001" },
    seed: { type: "string", default: "0" },
    side: { type: "string", default: "160" },
  },
});
if (values.out === undefined) throw new TypeError("Cannot distil a teacher without --out FILE");
const size = values.size === "small" || values.size === "medium" ? values.size : "far";
const [steps, width, batch, rate, seed, own] = [
  ...[values.steps, values.width, values.batch, values.rate, values.seed, values.side].map(Number),
];
/** The backbone sees pictures at twice the size that the teacher sees them at, as EfficientAD's authors have it. */
const side = 2 * own;
/** Pictures by number: those of the training, and behind them those that it does not see. */
const [COUNT, STANDARDS, UNSEEN] = [200_000, 128, 64];

const runtime = await openRuntime({ threads: 1 });
const backbone = await embeddedBackbone();
const see = (numbers: readonly number[]) => {
  const data = new Float32Array(numbers.length * 3 * side * side);
  numbers.forEach((number, i) => data.set(teacherPicture(number, side), i * 3 * side * side));
  return { image: image([numbers.length, 3, side, side], data), features: {} };
};
async function* some(from: number, count: number) {
  for (let at = from; at < from + count; at += 8) {
    yield await Promise.resolve(see(Array.from({ length: 8 }, (_, i) => at + i)));
  }
}

const begun = performance.now();
const context: FitContext = {
  ...{ runtime, backbone, seed, layers: backbone.layers, size: { height: side, width: side }, pictures: COUNT },
  batches: () => some(0, STANDARDS),
  take: (indices) => Promise.resolve(see(indices)),
  checkpoint: `${values.out}.unfinished`,
  onProgress(done, total, _, note) {
    if (done % 25 !== 0 && done !== total) return;
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
    console.log(`${new Date().toISOString()} step ${done} of ${total}, ${note ?? ""}, ${minutes} min in this process`);
  },
};
const teacher = await distil(
  context,
  { size, width, padding: true },
  { steps, batch, rate, like: "authors" },
  { data: "drawn", unseen: { batches: () => some(COUNT, UNSEEN) } },
);
await writeFile(values.out, writePdn(teacher));
console.log(
  `Explains ${(100 * teacher.explained!).toFixed(1)} % of the target's variance on ${UNSEEN} unseen pictures`,
);
