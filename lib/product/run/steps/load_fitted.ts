/** Taking what was fitted from the cache. @module */
import type { Applied, Estimator, FitContext } from "../../../method/learn/contract.ts";
import type { Runtime } from "../../../engine/session/runtime.ts";
import type { Cache } from "../cache/cache.ts";

/**
 * What was fitted, from the cache and loaded into the runtime.
 *
 * @throws {Error} where it is not kept
 */
export async function loadFitted<Loaded extends Applied, Context extends FitContext>(
  { cache, runtime }: { readonly cache: Cache; readonly runtime: Runtime },
  estimator: Estimator<unknown, unknown, Loaded, Context>,
  key: string,
): Promise<Loaded> {
  const fitted = await cache.load(key, estimator.unpack);
  if (!fitted) throw new Error(`Cannot find the fitted ${estimator.title} "${key}" in ${cache.root}: run again`);
  return await estimator.apply({ runtime }, fitted);
}
