/** Fitting a detector or a classifier once and keeping it in the cache. @module */
import type { BackboneLayer } from "../../../method/backbone/backbone.ts";
import type { Applied, Estimator, FitContext, LabelledContext } from "../../../method/learn/contract.ts";
import { fitContext, type FitInputs } from "../../../method/learn/fit_context.ts";
import { readMask } from "../../../picture/data/mask.ts";
import type { Resources } from "./resources.ts";
import type { Picture, Sight } from "./task.ts";
import { recordTiming } from "../cache/timings.ts";

/** A detector or classifier as a task names it. */
export interface Named {
  /** As columns and methods name it. */
  readonly name: string;
  /** As its table names it. */
  readonly type: string;
  readonly config: unknown;
}

/** What fits of both kinds are told. */
export interface FittingSpec {
  readonly sight: Sight;
  readonly seed: number;
  readonly pictures: readonly Picture[];
}

/** What a fit is done with. */
export interface Fitting<Context extends FitContext> {
  readonly estimator: Estimator<unknown, unknown, Applied, Context>;
  readonly config: unknown;
  readonly task: { readonly key: string; readonly title: string; readonly spec: FittingSpec };
  /** Layers of the backbone that the fit is told of. */
  readonly layers: readonly BackboneLayer[];
}

/** Fits on good parts and keeps what was fitted. */
export async function fitGood(resources: Resources, fitting: Fitting<FitContext>): Promise<void> {
  await keep(resources, fitting, goodContext(resources, fitting));
}

/** What a fit on good parts is given; what judges the parts of a fit is given the same. */
export function goodContext(resources: Resources, fitting: Fitting<FitContext>): FitContext {
  return fitContext(inputsOf(resources, fitting));
}

/** Fits on labelled parts and keeps what was fitted. */
export async function fitLabelled(
  resources: Resources,
  fitting: Fitting<LabelledContext> & { readonly labels: LabelledContext["labels"] },
): Promise<void> {
  await keep(resources, fitting, fitContext({ ...inputsOf(resources, fitting), labels: fitting.labels }));
}

function inputsOf<Context extends FitContext>(
  { runtime, backbone, pictures: memory, cache, reporter, signal }: Resources,
  { estimator, layers, task: { key, title, spec } }: Fitting<Context>,
): FitInputs {
  const { sight, pictures, seed } = spec;
  const { picture } = sight;
  return {
    runtime,
    backbone: backbone(sight.backbone),
    layers,
    size: { height: picture.height, width: picture.width },
    ids: pictures.map(({ id }) => id),
    source: {
      batches: () => memory.batches(sight, pictures),
      take: (indices) => memory.take(sight, pictures, indices),
    },
    ...estimator.masks && { mask: (index) => readMask(pictures[index].item, picture, pictures[index].mask) },
    seed,
    checkpoint: cache.checkpoint(key),
    onProgress: (done, total, what, note) =>
      reporter.progress({ step: what ? `${title}: ${what}` : title, done, total, note }),
    signal,
  };
}

async function keep<Context extends FitContext>(
  { cache }: Resources,
  { estimator, config, task: { key } }: Fitting<Context>,
  context: Context,
): Promise<void> {
  const begun = performance.now();
  await cache.write(key, estimator.pack(await estimator.fit(context, config)));
  await recordTiming(cache, key, "fit", {
    seconds: (performance.now() - begun) / 1000,
    pictures: context.pictures,
  });
  await cache.dropCheckpoints(key);
}
