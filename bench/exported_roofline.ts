/**
 * One exported graph beside what the device could do at most, and beside PyTorch:
 *
 *     deno run -A bench/exported_roofline.ts DIR [--device cpu|cuda|webgpu] [--batch N] [--python FILE]
 *
 * DIR is what `deno task export` wrote. For each stage: how much it computes and moves, the time that the device needs for the
 * slower of both (its roofline), and, on the CPU, the time it takes; devices work behind the runtime's back, so that there only
 * the whole is timed. What the device could do is measured by a product of large matrices and a sum of large vectors in the same
 * runtime; what stays in a cache is moved faster than that, so that a stage of little may be above its roofline. With `--python`, an interpreter with torch and timm, the time of the embedded backbone in PyTorch on the same device
 * (`bench/peers/backbone.py`) stands beside the whole graph and beside the stage `backbone`.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import * as ort from "onnxruntime-node";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { buildModel } from "../lib/engine/graph/model.ts";
import { add, matMul } from "../lib/engine/graph/ops.ts";
import { input } from "../lib/engine/graph/value.ts";
import { tableOf } from "./pictures_per_second.ts";

/** A node that has run, as the runtime's profile has it. */
interface Ran {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args: { readonly op_name: string; readonly input_type_shape: Shapes; readonly output_type_shape: Shapes };
}
type Shapes = readonly Readonly<Record<string, readonly number[]>>[];

const { values: options, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: "string", default: "cpu" },
    batch: { type: "string", default: "1" },
    python: { type: "string" },
  },
});
if (!folder) throw new Error("Cannot measure a graph as none is named: name the folder of an export");
const { device, python } = options;
const batch = Number(options.batch);
const scratch = await mkdtemp(join(tmpdir(), "roofline-"));
const open = (model: Uint8Array, profiled = false) =>
  ort.InferenceSession.create(model, {
    executionProviders: [device],
    ...profiled && { enableProfiling: true, profileFilePrefix: join(scratch, "profile") },
  });

/** The median of ten times, in seconds, after two that warm up. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < 12; i++) {
    const begun = performance.now();
    await work();
    seconds.push((performance.now() - begun) / 1000);
  }
  return seconds.slice(2).sort((a, b) => a - b)[5];
}

/** How often an operation runs in a row in one call, so that bringing numbers to a device counts little. */
const ROUNDS = 8;

async function peaks(): Promise<{ readonly flops: number; readonly bytes: number }> {
  const speed = async (shape: readonly number[], each: (x: ReturnType<typeof square>) => ReturnType<typeof square>) => {
    const x = square(shape);
    let y = x;
    for (let i = 0; i < ROUNDS; i++) y = each(y);
    const session = await open(buildModel({ inputs: [x], outputs: { y } }));
    const length = shape.reduce((all, side) => all * side);
    const feeds = { x: new ort.Tensor("float32", new Float32Array(length).fill(1e-4), shape) };
    const seconds = await timeOf(() => session.run(feeds));
    await session.release();
    return ROUNDS / seconds;
  };
  const side = device === "cpu" ? 1024 : 4096;
  const length = 2 ** (device === "cpu" ? 24 : 27);
  return {
    flops: 2 * side ** 3 * await speed([side, side], (x) => matMul(x, x)),
    // Read once and written once, as both terms are the same.
    bytes: 8 * length * await speed([length], (x) => add(x, x)),
  };
}

function square(shape: readonly number[]) {
  return input("x", "f32", shape);
}

const BYTES: Readonly<Record<string, number>> = {
  float: 4,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  double: 8,
  float16: 2,
};
const count = (shape: readonly number[]) => shape.reduce((all, side) => all * side, 1);
const shapesOf = (shapes: Shapes) => shapes.flatMap((one) => Object.values(one));
const bytesOf = (shapes: Shapes) =>
  shapes.flatMap((one) => Object.entries(one)).reduce(
    (all, [type, shape]) => all + (BYTES[type] ?? 4) * count(shape),
    0,
  );

/** Multiplications and additions. Whatever is no convolution or product is one an element. */
function flopsOf({ args: { op_name, input_type_shape, output_type_shape } }: Ran): number {
  const made = shapesOf(output_type_shape).reduce((all, shape) => all + count(shape), 0);
  const [first, weights] = shapesOf(input_type_shape);
  if (/Conv/.test(op_name) && weights) return 2 * made * count(weights.slice(1));
  if (/MatMul|Gemm/.test(op_name) && first) return 2 * made * first[first.length - 1];
  return made;
}

const model = await readFile(join(folder, "model.onnx"));
const peak = await peaks();
const session = await open(model, true);
const [{ name }] = session.inputMetadata;
const shape = (session.inputMetadata[0] as ort.InferenceSession.TensorValueMetadata).shape.map(Number);
const [height, width] = [1, 2].map((axis) => Number.isFinite(shape[axis]) ? shape[axis] : 256);
const random = seededRandom(0);
const pixels = Uint8Array.from({ length: batch * height * width * 3 }, () => 256 * random.uniform());
const feeds = { [name]: new ort.Tensor("uint8", pixels, [batch, height, width, 3]) };
const fetches = ["score", "decision"];
await session.run(feeds, fetches);
session.endProfiling();
await session.release();
const [profile] = [...Deno.readDirSync(scratch)].map((entry) => join(scratch, entry.name));
const ran = (JSON.parse(await readFile(profile, "utf8")) as Ran[])
  .filter((one) => one.cat === "Node" && one.name.endsWith("_kernel_time") && one.args?.op_name);
const plain = await open(model);
const whole = await timeOf(() => plain.run(feeds, fetches));
await plain.release();
await rm(scratch, { recursive: true });

const stages = new Map<string, { flops: number; bytes: number; seconds: number }>();
for (const one of ran) {
  const [part, ...rest] = one.name.split("/");
  const stage = rest.length > 0 ? part : "between";
  const sum = stages.get(stage) ?? { flops: 0, bytes: 0, seconds: 0 };
  sum.flops += flopsOf(one);
  sum.bytes += bytesOf(one.args.input_type_shape) + bytesOf(one.args.output_type_shape);
  sum.seconds += one.dur / 1e6;
  stages.set(stage, sum);
}
const limit = ({ flops, bytes }: { flops: number; bytes: number }) => Math.max(flops / peak.flops, bytes / peak.bytes);
const ms = (seconds: number) => (1000 * seconds).toFixed(2);
const lines = [...stages].map(([stage, sum]) => [
  ...[stage, (sum.flops / 1e9).toFixed(3), (sum.bytes / 1e6).toFixed(1), ms(limit(sum))],
  ...device === "cpu" ? [ms(sum.seconds), (limit(sum) / sum.seconds).toFixed(2)] : ["", ""],
]);
console.log(
  `${device}: ${(peak.flops / 1e9).toFixed(0)} GFLOP/s, ${(peak.bytes / 1e9).toFixed(1)} GB/s; batch ${batch}`,
);
console.log(tableOf([["stage", "GFLOP", "MB", "roofline ms", "first ms", "share"], ...lines], 1));
const least = [...stages.values()].reduce((all, sum) => all + limit(sum), 0);
console.log(
  `whole: ${ms(whole)} ms, ${(batch / whole).toFixed(1)} pictures/s; ${(least / whole).toFixed(2)} of the roofline ${
    ms(least)
  } ms`,
);
if (python) {
  const script = fileURLToPath(new URL("./peers/backbone.py", import.meta.url));
  const { stdout } = await promisify(execFile)(python, [script, "--device", device, "--batch", `${batch}`]);
  const seconds = (JSON.parse(stdout) as { seconds: number[] }).seconds.sort((a, b) => a - b);
  const peer = seconds[seconds.length >> 1];
  console.log(`PyTorch's backbone alone: ${ms(peer)} ms; the whole graph takes ${(whole / peer).toFixed(2)} of it`);
  if (device === "cpu") {
    console.log(`the stage "backbone" takes ${((stages.get("backbone")?.seconds ?? NaN) / peer).toFixed(2)} of it`);
  }
}
