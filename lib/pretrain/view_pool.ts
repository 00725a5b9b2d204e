/** Views of whole batches, made in workers beside the training step. @module */
import type { Image } from "../domain.ts";
import type { Size } from "../image/resize.ts";
import { moduleBeside } from "../io/asset.ts";
import { tensor } from "../tensor/tensor.ts";
import { openPool } from "../workers/pool.ts";
import type { ViewName, ViewRules } from "./views.ts";

/** What a worker is given. */
export interface ViewRequest {
  /** Three planes, 0 to 1. */
  readonly pixels: Float32Array;
  readonly size: Size;
  readonly rules: ViewRules;
  readonly seed: number;
}

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
 * import { zeros } from "../tensor/tensor.ts";
 * import { openViewPool } from "./view_pool.ts";
 * const pool = openViewPool(1);
 * const rules = { views: ["anchor"], augmentation: "weak", negative: "smoothblend" } as const;
 * const { anchor } = await pool.make(zeros<"f32", ["N", 3, "H", "W"], "rgb01">("f32", [2, 3, 16, 16]), rules, 0);
 * console.assert(anchor!.shape.join() === "2,3,16,16");
 * await pool.close();
 * ```
 */
export function openViewPool(workers: number): ViewPool {
  const url = new URL(moduleBeside("view_worker", import.meta.url));
  const pool = openPool<ViewRequest, Float32Array<ArrayBuffer>[]>(url, workers);
  return {
    async make(image, rules, seed) {
      const [count, , height, width] = image.shape as readonly number[];
      const area = 3 * height * width;
      const made = await Promise.all(Array.from({ length: count }, (_, n) => {
        const pixels = image.data.slice(n * area, (n + 1) * area);
        const request = { pixels, size: { height, width }, rules, seed: seedOf(seed, n) };
        return pool.run(request, [pixels.buffer as ArrayBuffer]);
      }));
      return Object.fromEntries(rules.views.map((name, v) => {
        const data = new Float32Array(count * area);
        made.forEach((views, n) => data.set(views[v], n * area));
        return [name, tensor<"f32", ["N", 3, "H", "W"], "rgb01">("f32", [count, 3, height, width], data)];
      })) as Views;
    },
    close: () => pool.close(),
  };
}

/** A seed for each picture of a batch. */
function seedOf(seed: number, n: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0;
}
