/** Detectors fitted on good parts: one fit for each detector, and for each seed that changes it. @module */
import { pixelSettings } from "../../../picture/image/decode.ts";
import { detectorNamed } from "../../../method/detect/table.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { keyOf } from "../cache/cache.ts";
import { fitGood, type FittingSpec, type Named } from "./fitting.ts";
import type { NamedDetector } from "./methods.ts";
import { picturesOf } from "./pictures_of.ts";
import type { Resources } from "./resources.ts";
import type { Task } from "./task.ts";
import type { FitWorkspace } from "./workspace.ts";

/** What a fit needs to know. */
export interface FitSpec extends FittingSpec {
  readonly detector: Named;
}

/** One fit of a detector. */
export type FitTask = Task<"fit", FitSpec>;

/** The fit of a detector that an experiment needs. */
export async function planFit(
  work: FitWorkspace,
  { name, detector, config, files }: NamedDetector,
  { fitSeed, detectors }: Pick<Experiment, "fitSeed" | "detectors">,
): Promise<FitTask> {
  const { runtime, code } = work;
  const { backbone, sight } = work.lookOf(name);
  const layers = detector.layers(config, backbone.layers);
  // Where nothing is drawn, seeds that share the parts share the fit.
  const seed = detector.draws?.(config, backbone.layers) === false ? 0 : fitSeed;
  const masks = detector.masks === true;
  const pictures = await picturesOf(work, detectors.map((item) => ({ item, id: item.id })), masks);
  return {
    kind: "fit",
    key: keyOf("fits", {
      detector: detector.name,
      config,
      ...files && { files: Object.values(files) },
      backbone: { sha256: backbone.sha256, mean: backbone.mean, std: backbone.std, layers },
      picture: pixelSettings(sight.picture),
      parts: pictures.map(({ sha256 }) => sha256),
      ...masks && { masks: pictures.map(({ mask }) => mask ?? "") },
      seed,
      // Devices differ in the last digits.
      device: runtime.device,
      code: code.fit,
    }),
    title: `Fit ${detector.title}, seed ${fitSeed}`,
    needs: [],
    spec: { sight, detector: { name, type: detector.name, config }, seed, pictures },
  };
}

/** Fits one detector and keeps it. */
export async function runFit(resources: Resources, task: FitTask): Promise<void> {
  const { detector: { type, config }, sight } = task.spec;
  const { layers } = await resources.extractor(sight);
  await fitGood(resources, { estimator: detectorNamed(type), config, task, layers });
}
