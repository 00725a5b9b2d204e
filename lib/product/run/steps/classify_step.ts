/**
 * The scores of pictures by a trained classifier; and where it gives maps and pixels are judged, its figures over the pixels
 * of the test parts.
 * @module
 */
import { classifierNamed } from "../../../method/classify/table.ts";
import { largest } from "../../../method/classify/fitted_table.ts";
import { checkScores } from "../../../method/evaluate/decide.ts";
import { addPixels, pixelCounts, pixelFigures } from "../../../method/evaluate/pixel_counts.ts";
import { observe } from "../../../method/learn/observation.ts";
import { upsampleMap } from "../../../method/learn/upsample.ts";
import { readMask } from "../../../picture/data/mask.ts";
import { rows } from "../../../base/tensor/tensor.ts";
import type { Source } from "../../experiment/experiment.ts";
import { keyOf } from "../cache/cache.ts";
import type { Named } from "./fitting.ts";
import { loadFitted } from "./load_fitted.ts";
import { picturesOf } from "./pictures_of.ts";
import { packPixels, testedPixels } from "./pixel_step.ts";
import type { Resources } from "./resources.ts";
import { packScores } from "./score_step.ts";
import { sourceBatches } from "../pictures/source_batches.ts";
import { contentOf, type Picture, type Sight, type Task } from "./task.ts";
import type { TrainTask } from "./train_step.ts";
import type { FitWorkspace } from "./workspace.ts";

/** What scoring by a classifier needs to know. */
export interface ClassifySpec {
  readonly sight: Sight;
  readonly classifier: Named;
  readonly benchmark: string;
  /** The key of the training. */
  readonly training: string;
  readonly seed: number;
  readonly pictures: readonly Picture[];
  /** Of the training; see `TrainSpec`. */
  readonly fold?: number;
  /** The ids of the parts whose pixels count, where pixels are judged and it gives maps. */
  readonly test?: readonly string[];
}

/** The scores of some pictures by one trained classifier. */
export type ClassifyTask = Task<"classify", ClassifySpec>;

/** The scores of a trained classifier for some pictures; `test` are those that are judged. */
export async function planClassified(
  work: FitWorkspace,
  { key, spec: { sight, classifier, benchmark, seed, fold } }: TrainTask,
  sources: readonly Source[],
  test: readonly Source[],
): Promise<ClassifyTask> {
  const { title, masks } = classifierNamed(classifier.type);
  const judged = work.definition.pixel && masks;
  const pictures = await picturesOf(work, sources, judged);
  const tested = new Set(test.map(({ id }) => id));
  return {
    kind: "classify",
    key: keyOf("classified", {
      training: key,
      pictures: pictures.map(contentOf),
      ...judged && { pixels: testedPixels(work, pictures.filter(({ id }) => tested.has(id))) },
      code: work.code.classify,
    }),
    title: `Scores of ${title} for ${benchmark}, seed ${seed}`,
    needs: [key],
    spec: {
      ...{ sight, classifier, benchmark, seed, training: key, pictures },
      ...fold !== undefined && { fold },
      ...judged && { test: [...tested] },
    },
  };
}

/** Scores pictures and keeps the scores. */
export async function runClassified(resources: Resources, { key, spec }: ClassifyTask): Promise<void> {
  const { cache, reporter, signal } = resources;
  const { sight, classifier: { type, config }, pictures, seed, training } = spec;
  const { picture } = sight;
  const classifier = classifierNamed(type);
  const applied = await loadFitted(resources, classifier, training);
  try {
    const scores: number[] = [];
    let spent = 0;
    const { layers } = resources.backbone(sight.backbone);
    const extractor = classifier.layers(config, layers).length > 0 ? await resources.extractor(sight) : undefined;
    const { mapOf } = await resources.segments(sight);
    const judged = new Set(spec.test);
    const counts = judged.size > 0 ? pixelCounts() : undefined;
    for await (const { image, sources } of sourceBatches(resources.loader(picture), pictures, mapOf, signal)) {
      const seen = await observe(extractor, image);
      const begun = performance.now();
      const map = counts && await applied.segment?.(seen);
      scores.push(...(map ? largest(map) : await applied.classify(seen)).data);
      spent += performance.now() - begun;
      for (const [n, { id, item, mask }] of sources.entries()) {
        // What was trained at picture size is not smoothed.
        if (!map || !judged.has(id)) continue;
        const marks = await readMask(item, picture, mask);
        addPixels(counts, upsampleMap(rows(map, n, n + 1), picture, 0).data, marks, picture.width);
      }
      const step = `${classifier.title} scores, seed ${seed}`;
      reporter.progress({ step, done: scores.length, total: pictures.length });
    }
    // Here and not in a cell: a forest would take one that is not finite for a value that is missing.
    checkScores(classifier.title, pictures.map(({ id }) => id), scores);
    await cache.write(key, packScores(scores, counts && packPixels(pixelFigures(counts))));
    resources.spend(training, spent / 1000, scores.length);
  } finally {
    await applied.release();
  }
}
