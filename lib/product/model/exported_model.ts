/** An exported model in place of a run's: one graph, from pictures to scores. @module */
import { rows, shaped, tensor } from "../../base/tensor/tensor.ts";
import { sha256 } from "../../base/io/hash.ts";
import { anomalyMap, features as featuresOf, labels as labelsOf, score as scoreOf } from "../../domain.ts";
import { checkWhole } from "../../engine/graph/file/outside.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { readWhole } from "../../base/io/read_file.ts";
import type { AnyTensor } from "../../engine/session/port.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import type { Session } from "../../engine/session/session.ts";
import { checkCertified } from "../../method/detect/onnx/exported_file.ts";
import { checkScores } from "../../method/evaluate/decide.ts";
import type { Contributions } from "../../method/forest/forest.ts";
import type { Explanation } from "../../method/judge/contract.ts";
import type { Judged, Pictures } from "./flow.ts";
import { type ExportedCard, readCard } from "./exported_card.ts";
import { exportedFile } from "./exported_place.ts";
import type { LoadModelOptions } from "./open_model.ts";
import type { Judging } from "./judging.ts";

type Outputs = Readonly<Record<string, AnyTensor>>;

/**
 * What an exported model says of itself.
 *
 * @param path its file, or the folder of its export
 * @throws {Error} where there is none
 * @throws {SyntaxError} where it is no ONNX file, none that was exported here, or not the one that its certificate is of
 */
export async function readExported(
  path: string,
): Promise<{ readonly file: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly card: ExportedCard }> {
  const file = exportedFile(path);
  const bytes = await readWhole(file);
  checkWhole(bytes, file);
  await checkCertified(file, bytes);
  return { file, bytes, card: readCard(readModel(bytes, file).metadata, file) };
}

/**
 * Loads an exported model.
 *
 * @param path its file, or the folder of its export
 * @throws {TypeError} where it wants a segment map with each picture
 * @throws what {@linkcode readExported} throws
 */
export async function openExported(path: string, options: LoadModelOptions): Promise<Judging> {
  const { file, bytes, card } = await readExported(path);
  if (card.segments) {
    throw new TypeError(
      `Cannot score with "${file}" as it is given a segment map with each picture: score with its run, or export without ` +
        "--segments",
    );
  }
  const runtime = await openRuntime({ device: options.device, threads: options.threads });
  const session = await runtime.open(bytes, file);
  const { height, width } = card.model.picture;
  const titles = Object.fromEntries(
    [...card.detectors, ...card.classifier ? [card.classifier] : []].map(({ name, title }) => [name, title]),
  );
  const constants = await constantsOf(session, card);
  const moved = new WeakMap<object, Contributions>();
  const explanation: Explanation | undefined = card.groups.length > 0
    ? {
      columns: card.columns,
      ...constants.usual && { goodQuantiles: { parts: card.goodParts ?? 0, quantiles: constants.usual } },
      contributions: (judged) => Promise.resolve(moved.get(judged.features)!),
    }
    : undefined;

  async function judged(pictures: Pictures, views: boolean): Promise<Judged> {
    // A picture at a time is faster on CPUs, as what it takes stays near them.
    const outputs = await runGraph(session, pictures, card, { views, single: runtime.device === "cpu" });
    const N = pictures.ids.length;
    const F = card.columns.length;
    checkScores(card.judge, pictures.ids, outputs.score.data as Float32Array);
    const features = featuresOf<"N", number>([N, F], F > 0 ? outputs.features.data as Float32Array : undefined);
    if (explanation) moved.set(features, withBias(outputs, N, F));
    const names = Object.keys(titles);
    const own = outputs.scores.data;
    return {
      ids: pictures.ids,
      columns: card.columns as Judged["columns"],
      features,
      scores: Object.fromEntries(names.map((name, k) => [
        name,
        scoreOf([N], Float32Array.from({ length: N }, (_, n) => own[n * names.length + k])),
      ])),
      score: scoreOf([N], outputs.score.data as Float32Array),
      ...views && constants.labels && { views: viewsOf(outputs.maps, constants.labels) },
    };
  }

  function viewsOf(maps: AnyTensor, labels: Uint8Array): NonNullable<Judged["views"]> {
    const segmentMap = {
      labels: labelsOf([1, height, width], labels),
      names: card.model.segments.names as NonNullable<Judged["views"]>[number]["segmentMap"]["names"],
    };
    const all = anomalyMap(maps.shape as readonly [number, number, number, number], maps.data as Float32Array);
    return Array.from({ length: maps.shape[0] as number }, (_, n) => {
      const { shape, data } = rows(all, n, n + 1);
      return { maps: anomalyMap<"N", number>(shape, data.slice()), segmentMap };
    });
  }

  return {
    file: { ...card.model, files: { [file]: sha256(bytes) } },
    ...{ titles, judged, explanation, judge: card.judge, detectors: card.detectors, size: { height, width } },
    segmentFile: () => undefined,
    close: () => session.release(),
  };
}

/** Runs pictures through the graph: all at once, or one after the other where that is wanted, or its batch is fixed. */
async function runGraph(
  session: Session,
  { image, ids }: Pictures,
  card: ExportedCard,
  { views, single }: { readonly views: boolean; readonly single: boolean },
): Promise<Outputs> {
  const { height, width } = card.model.picture;
  const area = height * width;
  // Pictures of 0 to 1 are bytes over 255; rounding gives the very bytes back.
  const picture = new Uint8Array(ids.length * area * 3);
  for (let n = 0; n < ids.length; n++) {
    for (let c = 0; c < 3; c++) {
      const from = (n * 3 + c) * area;
      const to = n * area * 3 + c;
      for (let i = 0; i < area; i++) picture[to + 3 * i] = Math.round(255 * image.data[from + i]);
    }
  }
  const wanted = ["score", "scores", "features", "moves", "bias", ...views ? ["maps"] : []];
  const fetches = wanted.filter((name) => session.outputs.some((port) => port.name === name));
  const all = tensor<"u8", readonly ["N", "H", "W", 3], "srgb8">("u8", [ids.length, height, width, 3], picture);
  if (ids.length === 1 || !single && session.inputs[0].shape[0] !== 1) {
    return await session.run({ picture: all }, fetches);
  }
  const parts: Outputs[] = [];
  for (let n = 0; n < ids.length; n++) parts.push(await session.run({ picture: rows(all, n, n + 1) }, fetches));
  return Object.fromEntries(fetches.map((name) => [name, joined(parts.map((part) => part[name]))]));
}

/** Outputs of single pictures as that of all. */
function joined(each: readonly AnyTensor[]): AnyTensor {
  const size = each[0].data.length;
  const data = new Float32Array(each.length * size);
  each.forEach((one, n) => data.set(one.data, n * size));
  return tensor("f32", [each.length, ...each[0].shape.slice(1)], data);
}

/** What the graph holds that is the same for every picture: a black one tells. */
async function constantsOf(
  session: Session,
  card: ExportedCard,
): Promise<{ readonly usual?: Float32Array; readonly labels?: Uint8Array }> {
  const fetches = ["usual", "segments"].filter((name) => session.outputs.some((port) => port.name === name));
  if (fetches.length === 0) return {};
  const { height, width } = card.model.picture;
  const black = tensor("u8", [1, height, width, 3], new Uint8Array(height * width * 3));
  const { usual, segments } = await session.run({ picture: black }, fetches);
  return { usual: usual?.data as Float32Array, labels: segments?.data as Uint8Array };
}

/** How far each column has moved each score, and last what is left. */
function withBias({ moves, bias }: Outputs, N: number, F: number): Contributions {
  const all: Contributions = shaped("f32", ["N", "F+1"], [N, F + 1]);
  for (let n = 0; n < N; n++) {
    all.data.set((moves.data as Float32Array).subarray(n * F, (n + 1) * F), n * (F + 1));
    all.data[n * (F + 1) + F] = bias.data[n];
  }
  return all;
}
