/** A run's model as one ONNX graph, from pictures to verdicts. @module */
import { type LinkedPart, linkModels } from "../../engine/graph/file/link.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { prependNormalisation, selectOutputs } from "../../engine/graph/file/edit.ts";
import { buildModel } from "../../engine/graph/model.ts";
import { number } from "../../engine/graph/numbers.ts";
import { cast, div, reduceMax, reshape, transpose } from "../../engine/graph/ops.ts";
import { input } from "../../engine/graph/value.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { image } from "../../domain.ts";
import { type Backbone, openBackbone } from "../../method/backbone/backbone.ts";
import type { Grid } from "../../method/detect/contract.ts";
import { detectorNetwork } from "../../method/detect/networks.ts";
import { CARD } from "../../method/detect/onnx/exported_file.ts";
import { evidence as pictureEvidence } from "../../method/evidence/evidence.ts";
import type { EvidenceFitted } from "../../method/evidence/fitted.ts";
import { treeEnsemble } from "../../method/forest/tree_ensemble.ts";
import type { Judge } from "../../method/judge/contract.ts";
import { forestsOf } from "../../method/judge/judge_graph.ts";
import { columnsOf, explainJudge, titleOf } from "../../method/judge/table.ts";
import type { Network } from "../../method/learn/contract.ts";
import { resizeGraph } from "../../picture/image/resize_graph.ts";
import { RELEASE } from "../model/release.ts";
import type { ExportedCard, Precision } from "../model/exported_card.ts";
import { allColumns } from "../model/maps_to_features.ts";
import type { StoredModel } from "../model/open_model.ts";
import { columnsGraph } from "./columns_graph.ts";
import { compress } from "./compress.ts";
import { verdictGraph } from "./verdict_graph.ts";

/** A graph, and what it says of itself. */
export interface ExportedGraph {
  /** ONNX. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly card: ExportedCard;
}

/** What there is to export. */
export interface GraphSource {
  readonly stored: StoredModel;
  /** What is usual, where the judge sees evidence. */
  readonly evidence?: EvidenceFitted;
  /** Tells the sizes of the networks' outputs. */
  readonly runtime: Runtime;
  /** In how many bits weights are kept. */
  readonly precision: Precision;
  /** Pictures of any size, which the graph resizes, or of the model's alone. */
  readonly input: ExportedCard["input"];
  /** The graph is given a segment map with each picture. */
  readonly segments: boolean;
}

/**
 * Links backbone, detectors, statistics, evidence, forests and judge into one graph.
 *
 * @throws {TypeError} where something cannot be part of a graph, see `checkExportable`
 */
export async function buildGraph(source: GraphSource): Promise<ExportedGraph> {
  const { stored, evidence, runtime, precision } = source;
  const { file, backbone, judge, features } = stored;
  const { height, width } = file.picture;
  const size = { height, width };
  const grids = await gridsOf(runtime, backbone, size);
  const detectors = await Promise.all(stored.detectors.map(async ({ kind, value }, k) => {
    const { name, type } = file.detectors[k];
    return { name, title: kind.title, network: await detectorNetwork(type, value, grids) };
  }));
  const classifier = stored.classifier && file.classifier &&
    {
      ...file.classifier,
      title: stored.classifier.kind.title,
      network: stored.classifier.kind.network?.(stored.classifier.value),
    };
  const { names: segments } = file.segments;
  const labels = source.segments ? undefined : (await stored.segments.mapOf("")).labels.data;
  const known = allColumns({
    detectors,
    segments: { names: segments },
    features,
    ...classifier && { classifier },
    ...evidence && { evidence: pictureEvidence(evidence) },
  });
  const columns = columnsOf(judge);
  const forests = forestsOf(judge);
  const own = [...detectors.map(({ name }) => name), ...classifier ? [classifier.name] : []];
  const maps = await Promise.all(detectors.map(({ name, network }) => mapGrid(name, network)));
  const wanted = evidence && columns.length > 0 ? evidence.residuals.layers : [];
  const { model: verdict, groups } = verdictGraph({
    judge,
    columns,
    scores: own,
    forests: forests.length,
    logOdds: isLogOdds(judge),
    threshold: file.decision.threshold,
    review: file.decision.review,
  });
  const { goodQuantiles } = groups.length > 0 && explainJudge(judge) || {};
  // Without a map of a detector there is nothing to pool.
  const takesSegments = source.segments && detectors.length > 0;
  const card: ExportedCard = {
    format: 1,
    segad: RELEASE,
    precision,
    input: source.input,
    ...takesSegments && { segments: "input" as const },
    logOdds: isLogOdds(judge),
    detectors: detectors.map(({ name, title }) => ({ name, title })),
    ...classifier && { classifier: { name: classifier.name, title: classifier.title } },
    ...goodQuantiles && { goodParts: goodQuantiles.parts },
    columns,
    groups,
    judge: titleOf(
      judge,
      Object.fromEntries([...detectors, ...classifier ? [classifier] : []].map(({ name, title }) => [name, title])),
    ),
    model: file,
  };

  const parts: LinkedPart[] = [{
    name: "picture",
    model: source.input === "any" ? resizeGraph(size, file.picture.filter) : pictureGraph(size),
    inputs: { picture: "picture" },
  }];
  const layersUsed = new Set([
    ...wanted,
    ...detectors.flatMap(({ network }) => portsOf(network).filter((port) => port !== "image")),
  ]);
  if (layersUsed.size > 0) {
    const chosen = backbone.layers.map(({ name }) => name).filter((name) => layersUsed.has(name));
    const model = prependNormalisation(
      selectOutputs(backbone.model, chosen, backbone.name),
      backbone.mean,
      backbone.std,
      backbone.name,
    );
    const [port] = readModel(model, backbone.name).inputs;
    parts.push({ name: "backbone", model, inputs: { [port.name]: "picture/image" } });
  }
  const sourceOf = (port: string) => port === "image" ? "picture/image" : `backbone/${port}`;
  const wire = (network: Network) => Object.fromEntries(portsOf(network).map((port) => [port, sourceOf(port)]));
  for (const { name, network } of detectors) {
    parts.push({ name: `detectors.${name}`, model: network.model, inputs: wire(network) });
  }
  if (classifier?.network) {
    parts.push({ name: "classifier", model: logitGraph(classifier.network), inputs: { image: "picture/image" } });
  }
  const middle = columnsGraph({
    size,
    smoothing: file.smoothing,
    maps,
    layers: grids.filter(({ name }) => wanted.includes(name)),
    classifier: classifier !== undefined,
    ...{ segments, ...labels && { labels } },
    features,
    ...wanted.length > 0 && { evidence },
    known,
    columns,
    forests: forests.map((forest) => forest.columns),
  });
  if (middle) {
    parts.push({
      name: "columns",
      model: middle,
      inputs: {
        ...Object.fromEntries(wanted.map((layer) => [layer, `backbone/${layer}`])),
        ...Object.fromEntries(detectors.map(({ name }) => [`map.${name}`, `detectors.${name}/map`])),
        ...classifier && { logit: "classifier/logit" },
        ...takesSegments && { segments: "segments" },
      },
    });
  }
  forests.forEach((forest, i) =>
    parts.push({ name: `forest${i}`, model: treeEnsemble(forest), inputs: { features: `columns/features.${i}` } })
  );
  parts.push({
    name: "verdict",
    model: verdict,
    inputs: {
      ...columns.length > 0 && { features: "columns/features" },
      ...Object.fromEntries(detectors.map(({ name }) => [`score.${name}`, `detectors.${name}/score`])),
      ...classifier && { [`score.${classifier.name}`]: "classifier/logit" },
      ...Object.fromEntries(forests.map((_, i) => [`odds.${i}`, `forest${i}/odds`])),
    },
  });
  const given = (part: string, model: Uint8Array | undefined, order: readonly string[]) => {
    if (!model) return [];
    const names = new Set(readModel(model, part).outputs.map(({ name }) => name));
    return order.filter((name) => names.has(name)).map((name) => [name, `${part}/${name}`] as const);
  };
  const batch = parts.some(({ model, name }) => readModel(model, name).inputs.some(({ shape }) => shape[0] === 1))
    ? 1
    : "N";
  const model = linkModels({
    name: "SegAD",
    inputs: {
      picture: { dtype: "u8", shape: [batch, ...source.input === "any" ? ["H", "W"] : [height, width], 3] },
      ...takesSegments && { segments: { dtype: "u8", shape: [batch, height, width] } },
    },
    parts,
    outputs: Object.fromEntries([
      ...given("verdict", verdict, ["score", "probability", "decision", "scores"]),
      ...given("columns", middle, ["maps", "segments", "statistics", "features"]),
      ...given("verdict", verdict, ["contributions", "bias", "moves", "usual"]),
    ]),
    metadata: { [CARD]: JSON.stringify(card) },
  });
  return { model: precision === "f32" ? model : compress(model, precision), card };
}

/** The layers of a backbone at the size of the pictures: one black picture tells. */
async function gridsOf(
  runtime: Runtime,
  backbone: Backbone,
  { height, width }: { height: number; width: number },
): Promise<Grid[]> {
  if (backbone.layers.length === 0) return [];
  const extractor = await openBackbone(runtime, backbone);
  try {
    const seen = await extractor.extract(image([1, 3, height, width]));
    return Object.entries(seen).map(([name, { shape: [, channels, height, width] }]) => ({
      name,
      channels,
      height,
      width,
    }));
  } finally {
    await extractor.release();
  }
}

/** The grid of a detector's map, which its graph declares. */
function mapGrid(name: string, network: Network): Grid {
  const map = readModel(network.model, name).outputs.find((port) => port.name === "map");
  const [, channels, height, width] = map?.shape.map(Number) ?? [];
  return { name, channels, height, width };
}

function portsOf({ model }: Network): string[] {
  return readModel(model, "network").inputs.map(({ name }) => name);
}

/** u8[N,H,W,3] to f32[N,3,H,W], 0 to 1: a value divided by 255, as `toImage` has it. */
function pictureGraph({ height, width }: { height: number; width: number }): Uint8Array {
  const picture = input("picture", "u8", ["N", height, width, 3]);
  const image = div(transpose(cast(picture, "f32"), [0, 3, 1, 2]), number(255));
  return buildModel({ inputs: [picture], outputs: { image }, name: "picture" });
}

/** A classifier with the output `logit` f32[N]: its own, or the largest of its map. */
function logitGraph({ model, outputs: [output] }: Network): Uint8Array {
  if (output === "logit") return model;
  const port = readModel(model, "classifier").outputs.find(({ name }) => name === "map")!;
  const map = input("map", "f32", port.shape);
  const score = buildModel({
    inputs: [map],
    outputs: { logit: reshape(reduceMax(map, { axes: [1, 2, 3] }), [port.shape[0]]) },
  });
  const [image] = readModel(model, "classifier").inputs;
  return linkModels({
    name: "classifier",
    inputs: { image: { dtype: "f32", shape: image.shape } },
    parts: [
      { name: "network", model, inputs: { [image.name]: "image" } },
      { name: "largest", model: score, inputs: { map: "network/map" } },
    ],
    outputs: { logit: "largest/logit" },
  });
}

/** Scores of forests, regressions and classifiers are log-odds; distances and sums of several judges are not. */
function isLogOdds({ kind }: Judge): boolean {
  return kind === "forest" || kind === "regression" || kind === "classifier";
}
