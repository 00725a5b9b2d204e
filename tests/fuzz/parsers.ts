/** All that reads bytes which come from elsewhere. A parser that is added gets a row here and a folder of files in corpus/. @module */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openXgboost } from "../../packages/xgboost-wasm/mod.ts";
import { readCsv } from "../../lib/base/io/csv.ts";
import { readNpy, readNpyShape } from "../../lib/base/io/npy.ts";
import { readSafetensors } from "../../lib/base/io/safetensors.ts";
import { selectOutputs } from "../../lib/engine/graph/file/edit.ts";
import { importModel } from "../../lib/engine/graph/file/import.ts";
import { checkWhole } from "../../lib/engine/graph/file/outside.ts";
import { readModel } from "../../lib/engine/graph/file/parse.ts";
import { readOnnxFile } from "../../lib/engine/graph/file/read.ts";
import { readCheckpoint } from "../../lib/engine/train/checkpoint.ts";
import { readFacts } from "../../lib/method/backbone/metadata.ts";
import { readWeights } from "../../lib/method/backbone/make_file.ts";
import { readPdn } from "../../lib/method/backbone/pdn_file.ts";
import { CLASSIFIERS } from "../../lib/method/classify/table.ts";
import { DETECTORS } from "../../lib/method/detect/table.ts";
import { unpackEvidence } from "../../lib/method/evidence/file.ts";
import { unpackLogistic } from "../../lib/method/regression/file.ts";
import { readVad } from "../../lib/picture/data/readers/vad.ts";
import { decodePhoto } from "../../lib/picture/image/decode.ts";
import { parseLegend } from "../../lib/picture/segment/legend.ts";
import { drawShapes, parseDrawing } from "../../lib/picture/segment/shapes.ts";
import { readSegmentMap } from "../../lib/picture/segment/read.ts";
import { parseDefinition } from "../../lib/product/experiment/define_pipeline.ts";
import { readModelFile } from "../../lib/product/model/model_file.ts";
import { openCache } from "../../lib/product/run/cache/cache.ts";
import { unpackMaps } from "../../lib/product/run/cache/map_file.ts";

/** What reads a file: gives anything, or throws an error of ours. `folder` is its own, to write into. */
export type Parser = (bytes: Uint8Array<ArrayBuffer>, folder: string) => unknown;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function put(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** Tries readers that share a format one after the other: each gives a value or an error of ours. */
async function each(readers: Iterable<() => unknown>, judge: (error: unknown) => void): Promise<void> {
  for (const read of readers) {
    try {
      await read();
    } catch (error) {
      judge(error);
    }
  }
}

const picture: Parser = (bytes) => decodePhoto(bytes, { name: "it", maxPixels: 1e6, depth: { kind: "scale" } });

/** By the name of the folder in corpus/. */
export const PARSERS: Readonly<Record<string, Parser>> = {
  bmp: picture,
  tiff: picture,
  png: picture,
  jpeg: picture,
  webp: picture,
  npy: (bytes) => each([() => readNpyShape(bytes, "it"), () => readNpy(bytes, "it")], refuseForeign),
  safetensors: (bytes) => readSafetensors(bytes, "it"),
  fitted: (bytes) =>
    each([
      ...[...Object.values(DETECTORS), ...Object.values(CLASSIFIERS)].map((estimator) => () => estimator.unpack(bytes)),
      () => unpackEvidence(bytes),
      () => unpackLogistic(bytes),
      () => unpackMaps(bytes, "it"),
    ], refuseForeign),
  weights: async (bytes, folder) => await readWeights(await put(folder, "it.safetensors", bytes)),
  checkpoint: async (bytes, folder) => {
    const shapes = new Map([["w", { dtype: "f32", shape: [2, 2], data: new Float32Array(4) } as const]]);
    return await readCheckpoint(await put(folder, "state", bytes), "a training", shapes);
  },
  cache: async (bytes, folder) => {
    const cache = openCache(folder);
    // An entry that is damaged is removed.
    for (const use of [() => cache.rowsOf("maps"), () => cache.read("maps/entry")]) {
      await put(folder, "maps/entry", bytes);
      await each([use], refuseForeign);
    }
  },
  onnx: async (bytes, folder) => {
    const path = await put(folder, "it.onnx", bytes);
    const summary = readModel(bytes, "it");
    const outputs = summary.outputs.map(({ name }) => name);
    await each([
      () => readOnnxFile(path),
      () => checkWhole(bytes, "it"),
      () => readFacts(summary.metadata, "it"),
      () => selectOutputs(bytes, summary.values.slice(-2), "it"),
      () => importModel(bytes, "it", { outputs }),
      () => readPdn(bytes, "it"),
    ], refuseForeign);
  },
  xgboost: async (bytes) => {
    const table = { values: new Float32Array(15).map((_, i) => i), rows: 3, width: 5, columns: [] };
    await each(
      ["value", "contributions"].map((output) => async () =>
        (await openXgboost()).predict({
          model: { bytes: bytes.slice() },
          table,
          output: output as "value" | "contributions",
        })
      ),
      refuseForeign,
    );
  },
  csv: async (bytes, folder) => await readCsv(await put(folder, "it.csv", bytes), ["image", "label"]),
  low_shot: async (bytes, folder) => {
    for (const name of ["train/good/a", "train/bad/b", "train/bad/c", "test/good/d", "test/bad/e"]) {
      await put(folder, `${name}.png`, new Uint8Array(1));
    }
    await put(folder, "low_shot_train.json", bytes);
    return await readVad(folder);
  },
  legend: (bytes) => parseLegend(text(bytes), "it"),
  segments: async (bytes, folder) => {
    const name = bytes[0] === 0x93 ? "map.npy" : "map.png";
    return await readSegmentMap(await put(folder, name, bytes), { maxPixels: 1e6, names: ["a", "b"] });
  },
  shapes: (bytes) => {
    const drawing = parseDrawing(text(bytes), "it");
    // What is drawn takes the memory of the size that it asks for.
    return drawing.size[0] * drawing.size[1] > 1e5 ? undefined : drawShapes(drawing);
  },
  model: async (bytes, folder) => await readModelFile(await put(folder, "model.json", bytes)),
  pipeline: (bytes) => {
    let value: unknown;
    try {
      value = JSON.parse(text(bytes));
    } catch {
      // A pipeline file is a module: what it exports is a value.
      return undefined;
    }
    return parseDefinition(value);
  },
};

/** What V8 says of a mistake in our code begins as our messages do. */
const FOREIGN =
  /^Cannot (?:read|set) propert|^Cannot (?:convert|mix|destructure|access|assign|add|define|delete|redefine)\b/;

/** Why an error is none of ours; undefined for those that tell a user what is wrong. */
export function foreign(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `it throws ${String(error)}`;
  if (/^(?:Cannot|Nothing|No) /.test(error.message) && !FOREIGN.test(error.message)) return undefined;
  return `it throws ${error.name}: ${error.message.slice(0, 200)}\n${error.stack?.split("\n").slice(1, 4).join("\n")}`;
}

function refuseForeign(error: unknown): void {
  if (foreign(error) !== undefined) throw error;
}
