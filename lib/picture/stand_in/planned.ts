/** A stand-in as the data set that it will be once it is drawn. @module */
import { join } from "node:path";
import type { Dataset, Item } from "../data/dataset.ts";
import { sortItems } from "../data/listing.ts";
import type { MaskedPlan } from "./masked_plan.ts";
import type { StandInPlan } from "./plan.ts";

/**
 * What reading the folder gives after `writeStandIn` has drawn the plan into it.
 *
 * ```ts
 * import { standInPlan } from "./plan.ts";
 * import { plannedDataset } from "./planned.ts";
 * const { items } = plannedDataset(standInPlan({ size: "small", seed: 0 }), "stand-in");
 * console.assert(items.length === 880 && items[0].id === "test/bad/0000.png");
 * ```
 */
export function plannedDataset({ parts, lowShot }: StandInPlan, root: string): Omit<Dataset, "name"> {
  const items = parts.map(({ path }): Item => ({
    id: path,
    path: join(root, path),
    split: path.startsWith("train/") ? "train" : "test",
    label: path.includes("/good/") ? "good" : "bad",
    unseen: path.includes("/bad_unseen_defects/"),
  }));
  const lists = Object.entries(lowShot).map(([seed, names]) => [seed, names.map((name) => `train/bad/${name}`)]);
  return { root, items: sortItems(items), lowShot: Object.fromEntries(lists) };
}

/** What reading the folder gives after `writeMaskedStandIn` has drawn a plan in a folder's layout into it. */
export function plannedFolder({ parts }: MaskedPlan, root: string): Omit<Dataset, "name"> {
  const items = parts.map(({ path, request: { kind } }): Item => ({
    id: path,
    path: join(root, path),
    split: "train",
    unseen: false,
    ...kind === "good" ? { label: "good" } : { label: "bad", kind },
  }));
  return { root, items: sortItems(items) };
}
