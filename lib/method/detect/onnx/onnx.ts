/** Anomaly models from elsewhere as detectors: ONNX files from pictures to maps, such as anomalib exports. @module */
import { type } from "arktype";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { prependNormalisation } from "../../../engine/graph/file/edit.ts";
import { readModel } from "../../../engine/graph/file/parse.ts";
import type { DeclaredPort } from "../../../engine/graph/file/parse.ts";
import { readOnnxFile } from "../../../engine/graph/file/read.ts";
import type { Runtime } from "../../../engine/session/runtime.ts";
import { image } from "../../../domain.ts";
import type { Detector } from "../contract.ts";
import { fittedOnnx, type OnnxFitted } from "./apply.ts";
import { checkCertified } from "./exported_file.ts";
import { fromExport } from "./exported.ts";
import type { FitContext } from "../../learn/contract.ts";
import { type ConfigSchema, parseConfig } from "../../learn/config.ts";

/** Settings of a model from a file. */
export interface OnnxConfig {
  /** The ONNX file. Its one input is f32[N,3,H,W], RGB of 0 to 1 unless `mean` and `std` say else; or an exported model. */
  readonly file: string;
  /** The output that is the map, f32[N,1,h,w] or [N,h,w]; "anomaly_map", or the only one of that rank, where left out. Of an exported model a detector. */
  readonly map?: string;
  /** The output that is the score, f32[N] or [N,1]; "pred_score" where there is one, or else the map's maximum. Of an exported model that of the whole. */
  readonly score?: string;
  /** What the model wants taken from each colour, and what it wants the rest divided by, where it does not itself. */
  readonly mean?: readonly [number, number, number];
  readonly std?: readonly [number, number, number];
}

const triple = type(["number", "number", "number"]);
const schema: ConfigSchema<OnnxConfig> = type({
  "+": "reject",
  file: "string > 0",
  "map?": "string",
  "score?": "string",
  "mean?": triple,
  "std?": triple,
});

/**
 * A model from a file as a detector; there is nothing to fit. anomalib's exports (`model.to_onnx`) need no more than
 * `{ file: "model.onnx" }`: they bring their size of input, normalise by themselves, and name their outputs. So do models that
 * were exported here.
 *
 * ```ts
 * import { onnx } from "./onnx.ts";
 * console.assert(onnx.files!(onnx.parse({ file: "model.onnx" }))[0] === "model.onnx");
 * ```
 */
export const onnx: Detector<OnnxConfig, OnnxFitted> = {
  ...fittedOnnx,
  parse: (config) => parseConfig("ONNX model", schema, config),
  layers: () => [],
  draws: () => false,
  files: ({ file }) => [file, `${file}.data`].filter((path) => path === file || existsSync(path)),
  fit,
  // No picture was learned from, so none need be left out.
  leftOut: (context, _, fitted) => fittedOnnx.apply(context, fitted),
};

async function fit({ size, runtime }: FitContext, config: OnnxConfig): Promise<OnnxFitted> {
  const { file, mean, std } = config;
  const bytes = await readOnnxFile(file);
  const model = readModel(bytes, file);
  const { inputs, outputs } = model;
  const refuse = (reason: string): never => {
    throw new TypeError(`Cannot use "${file}" as a detector as ${reason}`);
  };
  const exported = fromExport(model, bytes, file, config, size);
  if (exported) {
    if (mean || std) refuse("it was exported here and normalises pictures itself: leave out mean and std");
    await checkCertified(file, bytes);
    await tryOut(runtime, exported, size);
    return exported;
  }
  const [image] = inputs;
  const wanted = [1, 3, size.height, size.width];
  const fits = image?.shape.length === 4 &&
    image.shape.every((side, axis) => typeof side === "string" || side === wanted[axis]);
  if (inputs.length !== 1 || image.dtype !== "f32" || !fits) {
    refuse(
      `it must have one input f32[N,3,${size.height},${size.width}], the size of the pictures, N free or 1: its inputs are ` +
        inputs.map(describePort).join(", "),
    );
  }
  const map = choose("map", config.map, outputs, (port) => port.name === "anomaly_map", ({ shape }) => {
    // Exporters name an axis whose size they cannot derive.
    return shape.length === 4 && (shape[1] === 1 || typeof shape[1] === "string") || shape.length === 3;
  }, refuse);
  const score = config.score === undefined && !outputs.some(({ name }) => name === "pred_score")
    ? undefined
    : choose("score", config.score ?? "pred_score", outputs, () => true, () => true, refuse);
  const normalised = mean || std ? prependNormalisation(bytes, mean ?? [0, 0, 0], std ?? [1, 1, 1], file) : bytes;
  const fitted = { model: normalised, map, ...score !== undefined && { score }, name: basename(file) };
  await tryOut(runtime, fitted, size);
  return fitted;
}

/** One grey picture: what the runtime refuses, and maps of another size, must show before anything is kept. */
async function tryOut(runtime: Runtime, fitted: OnnxFitted, { height, width }: FitContext["size"]): Promise<void> {
  const grey = image([1, 3, height, width], new Float32Array(3 * height * width).fill(0.5));
  const applied = await fittedOnnx.apply({ runtime }, fitted);
  try {
    await applied.detect({ image: grey, features: {} });
  } finally {
    await applied.release();
  }
}

function choose(
  what: string,
  wanted: string | undefined,
  outputs: readonly DeclaredPort[],
  usual: (port: DeclaredPort) => boolean,
  possible: (port: DeclaredPort) => boolean,
  refuse: (reason: string) => never,
): string {
  const floats = outputs.filter(({ dtype }) => dtype === "f32");
  const candidates = wanted === undefined
    ? [floats.find(usual) ?? floats.filter(possible)].flat()
    : floats.filter(({ name }) => name === wanted);
  if (candidates.length === 1 && possible(candidates[0])) return candidates[0].name;
  const known = outputs.map(describePort).join(", ") || "none";
  return refuse(
    wanted === undefined
      ? `none of its outputs, or several, can be the ${what}: name it. They are ${known}`
      : `it has no f32 output "${wanted}" that can be the ${what}: its outputs are ${known}`,
  );
}

function describePort({ name, dtype, shape }: DeclaredPort): string {
  return `"${name}" ${dtype}[${shape.join(",")}]`;
}
