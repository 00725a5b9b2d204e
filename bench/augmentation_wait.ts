/**
 * How long a training step waits for its views, beside how long it takes, for SimSiam with the SPD term on the embedded
 * backbone; the pictures lie in memory.
 *
 *     deno run --allow-read --allow-env --allow-ffi --allow-sys bench/augmentation_wait.ts
 */
import { availableParallelism } from "node:os";
import { embeddedBackbone } from "../lib/method/backbone/embedded.ts";
import { partSpec } from "../lib/picture/stand_in/part.ts";
import { renderPart } from "../lib/picture/stand_in/render.ts";
import { toImage } from "../lib/picture/image/image.ts";
import { resizePhoto } from "../lib/picture/image/resize.ts";
import { pretrain } from "../lib/method/pretrain/pretrain.ts";
import { PRETRAINING_METHODS } from "../lib/method/pretrain/settings.ts";
import { openViewPool } from "../lib/method/pretrain/view_pool.ts";
import type { ViewRules } from "../lib/method/pretrain/views.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";

const BATCH = 16;
/** Height and width. */
const SIDE = 128;
/** Steps that are timed; the first two, in which workers and memory are new, are not. */
const STEPS = 10;
const WARM = 2;
const rules: ViewRules = {
  views: ["anchor", "strong", "positive", "negative"],
  augmentation: "strong",
  negative: "smoothblend",
};
const workers = Math.min(4, Math.max(1, availableParallelism() - 1));
const runtime = await openRuntime({ device: "cpu" });
const parts = Array.from({ length: BATCH }, (_, index) => renderPart(partSpec({ seed: 0, index, kind: "good" })));

const size = { height: SIDE, width: SIDE };
const photos = parts.map((part) => resizePhoto(part, size));
const pool = openViewPool(workers);
await pool.make(toImage(photos), rules, 0);
const begin = performance.now();
await pool.make(toImage(photos), rules, 1);
const alone = performance.now() - begin;
await pool.close();
// Pictures of a step are asked for when those of the step before are there, just before that one runs.
const [asked, ended]: [number[], number[]] = [[], []];
await pretrain({
  runtime,
  backbone: await embeddedBackbone(),
  method: "simsiam",
  settings: { ...PRETRAINING_METHODS.simsiam.presets.small, epochs: STEPS + WARM + 2, batch: BATCH },
  spd: 0.1,
  size,
  pictures: BATCH,
  take(indices) {
    asked.push(performance.now());
    return Promise.resolve(toImage(indices.map((i) => photos[i])));
  },
  seed: 0,
  workers,
  onProgress: () => void ended.push(performance.now()),
});
const waits = ended.slice(WARM, WARM + STEPS).map((end, i) => asked[WARM + i + 2] - end);
const steps = ended.slice(WARM + 1, WARM + 1 + STEPS).map((end, i) => end - asked[WARM + i + 2]);
const line = [
  `${BATCH} pictures of ${SIDE} × ${SIDE}, ${workers} worker${workers === 1 ? "" : "s"}: views alone`,
  `${alone.toFixed(0)} ms, a step ${median(steps).toFixed(0)} ms, waiting ${median(waits).toFixed(1)} ms`,
  `(${Math.min(...waits).toFixed(1)} to ${Math.max(...waits).toFixed(1)})`,
];
console.log(line.join(" "));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
