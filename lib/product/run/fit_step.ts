/** The first step: detectors fitted on good parts, one fit for each seed and detector. @module */
import type { Item } from "../../picture/data/dataset.ts";
import { keyOf } from "./cache.ts";
import type { NamedDetector } from "./methods.ts";
import type { Experiment, Source } from "../experiment/experiment.ts";
import type { FitPictures } from "./picture_memory.ts";
import { fitGood, masksInKey } from "./fitting.ts";
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
      ...masksInKey(work, named.detector, experiment.detectors),
      seed: experiment.fitSeed,
      // Devices differ in the last digits.
      device: runtime.device,
      code: code.maps,
    }),
  }));
}

/** Fits one detector and keeps it. */
export async function runFit(work: Workspace, task: FitTask, pictures: FitPictures): Promise<void> {
  const { detector, config, fitSeed, key } = task;
  await fitGood(work, {
    estimator: detector,
    config,
    step: `Fit ${detector.title}, seed ${fitSeed}`,
    key,
    parts: task.parts.map((item): Source => ({ item, id: item.id })),
    layers: (await work.extractor()).layers,
    seed: fitSeed,
  }, pictures);
}
