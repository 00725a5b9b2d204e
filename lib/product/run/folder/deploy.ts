/** The model that a run leaves for scoring: the first seed's detectors, a judge, a segment map and a threshold. @module */
import { cp, mkdir, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { writeJudge } from "../../../method/judge/table.ts";
import { classifierNamed } from "../../../method/classify/table.ts";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { judgeOf } from "../judge/cell_judge.ts";
import { classifierOf, detectorsOf, partsOf, seesEvidence } from "../../experiment/method_parts.ts";
import { smoothingsFor } from "../../experiment/smoothing.ts";
import { decideByRecall } from "../../decide/decisions.ts";
import { scoresByPart, writeUnseenScores } from "../../decide/unseen_scores.ts";
import { unpackEvidence } from "../../../method/evidence/file.ts";
import { BACKBONE_FILE, EVIDENCE_FILE } from "../../model/open_model.ts";
import { GOOD_PARTS_FILE, type ModelFile, REFERENCE_FILE, writeModelFile } from "../../model/model_file.ts";
import { packGoodParts } from "../../model/good_parts.ts";
import { goodPartsOfRun } from "./good_parts_of_run.ts";
import type { Cell } from "../plan/run_plan.ts";
import { checkModelsFolder, replaceModels } from "../../model/models_folder.ts";
import type { Workspace } from "../steps/workspace.ts";
import type { Deployment, DeployOptions } from "./deployment.ts";
import { chooseJudge, type Chosen, trainingOf } from "./choose_judge.ts";

/**
 * Writes `models/` of a run folder.
 *
 * @returns undefined where the method failed with the first seed: then there is no model
 */
export async function deploy(
  work: Workspace,
  options: DeployOptions,
): Promise<Deployment | undefined> {
  const { benchmark, method } = work.definition.decision;
  const { folder, plans, cells } = options;
  const cell = cells.find((cell) =>
    cell.benchmark.name === benchmark && cell.method === method && cell.experiment.seed === plans[0].experiment.seed
  );
  if (cell) {
    const chosen = await chooseJudge(work, options, cell);
    return await replaceModels(folder, (models) => writeModels(work, options, chosen, models));
  }
  // A run of the same name may have left other models.
  await checkModelsFolder(folder);
  await rm(join(folder, "models"), { recursive: true, force: true });
  return undefined;
}

async function writeModels(
  work: Workspace,
  options: DeployOptions,
  { cell, unseen, crossed, instead }: Chosen,
  models: string,
): Promise<Deployment> {
  const { definition, cache, backbone } = work;
  const { benchmark, method: _, ...wish } = definition.decision;
  const { plans } = options;
  const method = crossed?.method ?? cell.method;
  const places = detectorsOf(definition, method);
  for (const place of places) {
    const { name, detector } = work.detectors[place];
    const { key } = plans[0].detectors[place].fit;
    await cache.load(key, detector.unpack);
    await cache.export(key, join(models, "detectors", `${name}.safetensors`));
  }
  const classifier = await deployClassifier(work, options, cell, models);
  const judge = crossed?.judge ?? await judgeOf(work, cell);
  await writeJudge(judge, models);
  const standards =
    crossed && partsOf(definition, crossed.method).some((part) => seesEvidence(definition.methods[part]))
      ? plans[0].evidence?.standards
      : undefined;
  if (standards) {
    await cache.load(standards.key, unpackEvidence);
    await cache.export(standards.key, join(models, EVIDENCE_FILE));
  }
  await writeFileAtomic(join(models, BACKBONE_FILE), backbone.model);
  const usual = await goodPartsOfRun(work, cell, plans[0].detectors, method);
  if (usual) await writeFileAtomic(join(models, GOOD_PARTS_FILE), packGoodParts(usual.goodParts));
  if (work.reference) await writeFileAtomic(join(models, REFERENCE_FILE), work.reference.file);
  const decision = decideByRecall(scoresByPart(unseen), wish);
  await writeUnseenScores(models, unseen);
  const { mean, std, name, sha256 } = backbone;
  const used = new Set(places.flatMap((place) => {
    const { detector, config } = work.detectors[place];
    return standards ? work.sight.layers : detector.layers(config, backbone.layers);
  }));
  // The others need not be computed to score.
  const layers = backbone.layers.filter((layer) => used.has(layer.name));
  const model: Deployment["model"] = {
    format: 1,
    pipeline: definition.name,
    file: options.file,
    size: options.size,
    benchmark,
    method,
    judge: judge.kind,
    ...standards && { evidence: true as const },
    seed: cell.experiment.seed,
    picture: definition.picture,
    smoothing: smoothingsFor(definition.smoothing, places.map((place) => work.detectors[place].name)),
    backbone: { name, sha256, mean: [...mean], std: [...std], layers: layers.map((layer) => ({ ...layer })) },
    detectors: places.map((place) => {
      const { name, detector } = work.detectors[place];
      return { name, type: detector.name };
    }),
    ...classifier && { classifier },
    features: { name: work.features.name, identity: work.features.identity },
    segments: { kind: work.segments.kind, names: [...work.segments.names] },
    decision,
  };
  if (work.segments.kind === "static") await copySegmentMap(definition.segments, models);
  await writeModelFile(models, model);
  return { model, judge, cell, ...instead !== undefined && { instead }, ...usual && { shifted: usual.shifted } };
}

async function deployClassifier(
  work: Workspace,
  options: DeployOptions,
  cell: Cell,
  models: string,
): Promise<ModelFile["classifier"]> {
  const name = classifierOf(work.definition, cell.method);
  if (name === undefined) return undefined;
  const { key, spec: { classifier: { type } } } = trainingOf(options, cell, name);
  await work.cache.load(key, classifierNamed(type).unpack);
  await work.cache.export(key, join(models, "classifiers", `${name}.safetensors`));
  return { name, type };
}

async function copySegmentMap(path: string, models: string): Promise<void> {
  await mkdir(models, { recursive: true });
  const legend = path.replace(/\.[^.]+$/, ".json");
  const extension = extname(path);
  await cp(path, join(models, `segments${extension}`));
  await cp(legend, join(models, "segments.json"));
}
