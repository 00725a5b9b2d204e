/** Views of whole batches, made in workers beside the training step. @module */
import { type Image, image as imageOf } from "../../domain.ts";
import type { Size } from "../../picture/image/resize.ts";
import { moduleBeside } from "../../base/io/asset.ts";
import { openPool } from "../../base/workers/pool.ts";
import type { ViewName, ViewRules } from "./views.ts";

/** What a worker is given: all that it has to do for a batch at once, as it can be given no more while a step runs. */
export interface ViewRequest {
  /** Three planes a picture, 0 to 1, one picture behind the other. */
  readonly pixels: Float32Array;
  readonly size: Size;
  readonly rules: ViewRules;
  /** One a picture. */
  readonly seeds: readonly number[];
}

/** What it answers, in the order of the rules' views: planes of the pictures, one behind the other. */
export type ViewResponse = readonly Float32Array<ArrayBuffer>[];

/** Views of a batch, each as large as it; those that were asked for are there. */
export type Views = { readonly [Name in ViewName]?: Image };

/** Workers that make views. */
export interface ViewPool {
  /** The same seed gives the same views, however many workers there are. */
  make(image: Image, rules: ViewRules, seed: number): Promise<Views>;
  close(): Promise<void>;
}

/**
 * Starts workers as they are needed.
 *
 * ```ts
 * import { image } from "../../domain.ts";
 * import { openViewPool } from "./view_pool.ts";
 * const pool = openViewPool(1);
 * const rules = { views: ["anchor"], augmentation: "weak", negative: "smoothblend" } as const;
 * const { anchor } = await pool.make(image([2, 3, 16, 16]), rules, 0);
 * console.assert(anchor!.shape.join() === "2,3,16,16");
 * await pool.close();
 * ```
 */
export function openViewPool(workers: number): ViewPool {
  const url = new URL(moduleBeside("view_worker", import.meta.url));
  const pool = openPool<ViewRequest, ViewResponse>(url, workers);
  return {
    async make(image, rules, seed) {
      const [count, , height, width] = image.shape as readonly number[];
      const area = 3 * height * width;
      const share = Math.ceil(count / workers);
      const made = await Promise.all(Array.from({ length: Math.ceil(count / share) }, (_, k) => {
        const [from, to] = [k * share, Math.min(count, (k + 1) * share)];
        const pixels = image.data.slice(from * area, to * area);
        const seeds = Array.from({ length: to - from }, (_, i) => seedOf(seed, from + i));
        return pool.run({ pixels, size: { height, width }, rules, seeds }, [pixels.buffer as ArrayBuffer]);
      }));
      return Object.fromEntries(rules.views.map((name, v) => {
        const data = joined(made.map((views) => views[v]), count * area);
        return [name, imageOf([count, 3, height, width], data)];
      })) as Views;
    },
    close: () => pool.close(),
  };
}

function joined(parts: readonly Float32Array<ArrayBuffer>[], length: number): Float32Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const all = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A seed for each picture of a batch. */
function seedOf(seed: number, n: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0;
}
