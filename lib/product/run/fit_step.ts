/** The first step: detectors fitted on good parts, one fit for each seed and detector. @module */
import { rm } from "node:fs/promises";
import type { Item } from "../../picture/data/dataset.ts";
import { keyOf } from "./cache.ts";
import type { NamedDetector } from "./methods.ts";
import type { Experiment, Source } from "../experiment/experiment.ts";
import type { FitPictures } from "./fit_pictures.ts";
import { recordTiming } from "./timings.ts";
import type { Workspace } from "./workspace.ts";

/** One fit: what it depends on is in its key. */
export interface FitTask extends NamedDetector {
  /** Of the experiment. */
  readonly seed: number;
  /** Of the fit, which several experiments may share. */
  readonly fitSeed: number;
  readonly parts: readonly Item[];
  readonly key: string;
}

/** The fits that an experiment needs, in the order of the pipeline's detectors. */
export function planFits(work: Workspace, experiment: Pick<Experiment, "seed" | "fitSeed" | "detectors">): FitTask[] {
  const { detectors, backbone, definition, runtime, hashes, code } = work;
  return detectors.map((named) => ({
    ...named,
    seed: experiment.seed,
    fitSeed: experiment.fitSeed,
    parts: experiment.detectors,
    key: keyOf("fits", {
      detector: named.detector.name,
      config: named.config,
      ...named.files && { files: Object.values(named.files) },
      backbone: {
        sha256: backbone.sha256,
        mean: backbone.mean,
        std: backbone.std,
        layers: named.detector.layers(named.config, backbone.layers),
      },
      picture: definition.picture,
      parts: experiment.detectors.map(({ id }) => hashes.get(id)),
      seed: experiment.fitSeed,
      // Devices differ in the last digits.
      device: runtime.device,
      code: code.maps,
    }),
  }));
}

/** Fits one detector and keeps it. */
export async function runFit(work: Workspace, task: FitTask, pictures: FitPictures): Promise<void> {
  const { reporter, signal } = work;
  const step = `Fit ${task.detector.title}, seed ${task.fitSeed}`;
  const begun = performance.now();
  const sources: Source[] = task.parts.map((item) => ({ item, id: item.id }));
  const fitted = await task.detector.fit({
    runtime: work.runtime,
    layers: (await work.extractor()).layers,
    pictures: sources.length,
    ids: sources.map(({ id }) => id),
    backbone: work.backbone,
    size: { height: work.definition.picture.height, width: work.definition.picture.width },
    batches: () => pictures.batches(sources),
    take: (indices) => pictures.take(sources, indices),
    checkpoint: work.cache.checkpoint(task.key),
    seed: task.fitSeed,
    onProgress: (done, total, what, note) =>
      reporter.progress({ step: what ? `${step}: ${what}` : step, done, total, note }),
    signal,
  }, task.config);
  await work.cache.write(task.key, task.detector.pack(fitted));
  const seconds = (performance.now() - begun) / 1000;
  await recordTiming(work.cache, task.key, "fit", { seconds, pictures: sources.length });
  await rm(work.cache.checkpoint(task.key), { force: true });
}
