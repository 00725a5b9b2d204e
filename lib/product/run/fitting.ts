/** Fitting a detector or a classifier once and keeping it in the cache, and taking it from there. @module */
import { rm } from "node:fs/promises";
import type { BackboneLayer } from "../../method/backbone/backbone.ts";
import type { Applied, Estimator, FitContext, LabelledContext } from "../../method/learn/contract.ts";
import { fitContext, type FitInputs } from "../../method/learn/fit_context.ts";
import { readMask } from "../../picture/data/mask.ts";
import type { Source } from "../experiment/experiment.ts";
import type { FitPictures } from "./picture_memory.ts";
import { recordTiming } from "./timings.ts";
import type { Workspace } from "./workspace.ts";

/** One fit. */
export interface Fitting<Context extends FitContext> {
  readonly estimator: Estimator<unknown, unknown, Applied, Context>;
  readonly config: unknown;
  /** As progress calls it: "Fit PaDiM, seed 0". */
  readonly step: string;
  /** Where it is kept. */
  readonly key: string;
  readonly parts: readonly Source[];
  readonly layers: readonly BackboneLayer[];
  readonly seed: number;
}

/** Fits on good parts and keeps what was fitted. */
export async function fitGood(work: Workspace, fitting: Fitting<FitContext>, pictures: FitPictures): Promise<void> {
  await keep(work, fitting, fitContext(inputsOf(work, fitting, pictures)));
}

/** Fits on labelled parts and keeps what was fitted. */
export async function fitLabelled(
  work: Workspace,
  fitting: Fitting<LabelledContext> & { readonly labels: LabelledContext["labels"] },
  pictures: FitPictures,
): Promise<void> {
  await keep(work, fitting, fitContext({ ...inputsOf(work, fitting, pictures), labels: fitting.labels }));
}

function inputsOf<Context extends FitContext>(
  { runtime, backbone, definition: { picture }, masks, cache, reporter, signal }: Workspace,
  { estimator, step, key, parts, layers, seed }: Fitting<Context>,
  pictures: FitPictures,
): FitInputs {
  return {
    runtime,
    backbone,
    layers,
    size: { height: picture.height, width: picture.width },
    ids: parts.map(({ id }) => id),
    source: { batches: () => pictures.batches(parts), take: (indices) => pictures.take(parts, indices) },
    ...estimator.masks && {
      mask: (index) => readMask(parts[index].item, picture, masks.get(parts[index].item.id)),
    },
    seed,
    checkpoint: cache.checkpoint(key),
    onProgress: (done, total, what, note) =>
      reporter.progress({ step: what ? `${step}: ${what}` : step, done, total, note }),
    signal,
  };
}

async function keep<Context extends FitContext>(
  { cache }: Workspace,
  { estimator, config, key }: Fitting<Context>,
  context: Context,
): Promise<void> {
  const begun = performance.now();
  await cache.write(key, estimator.pack(await estimator.fit(context, config)));
  await recordTiming(cache, key, "fit", {
    seconds: (performance.now() - begun) / 1000,
    pictures: context.pictures,
  });
  await rm(cache.checkpoint(key), { force: true });
}

/**
 * What was fitted, from the cache and loaded into the runtime.
 *
 * @throws {Error} where it is not kept
 */
export async function loadFitted<Loaded extends Applied, Context extends FitContext>(
  { cache, runtime }: Pick<Workspace, "cache" | "runtime">,
  estimator: Estimator<unknown, unknown, Loaded, Context>,
  key: string,
): Promise<Loaded> {
  const fitted = await cache.load(key, estimator.unpack);
  if (!fitted) throw new Error(`Cannot find the fitted ${estimator.title} "${key}" in ${cache.root}: run again`);
  return await estimator.apply({ runtime }, fitted);
}

/** The masks of a fit, as a part of its key; nothing where it learns from none. */
export function masksInKey(
  { masks }: Pick<Workspace, "masks">,
  estimator: Pick<Estimator, "masks">,
  parts: readonly { readonly id: string }[],
): { readonly masks?: readonly (string | undefined)[] } {
  return estimator.masks ? { masks: parts.map(({ id }) => masks.get(id)) } : {};
}
