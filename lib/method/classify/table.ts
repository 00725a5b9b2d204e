/** All classifiers by name. @module */
import type { Classifier } from "./contract.ts";
import { devnet } from "./devnet.ts";
import { dra } from "./dra.ts";
import { linear } from "./linear.ts";
import { unet } from "./unet.ts";
import { wrn } from "./wrn.ts";

/** Every classifier, by the name that pipelines use. */
export const CLASSIFIERS: Readonly<Record<string, Classifier>> = {
  [wrn.name]: wrn as Classifier,
  [devnet.name]: devnet as Classifier,
  [dra.name]: dra as Classifier,
  [linear.name]: linear as Classifier,
  [unet.name]: unet as Classifier,
};

/**
 * The classifier of a name.
 *
 * @throws {RangeError} where there is none; the message lists those that there are
 *
 * ```ts
 * import { classifierNamed } from "./table.ts";
 * console.assert(classifierNamed("wrn").title === "WRN");
 * ```
 */
export function classifierNamed(name: string): Classifier {
  if (Object.hasOwn(CLASSIFIERS, name)) return CLASSIFIERS[name];
  const known = Object.keys(CLASSIFIERS).map((key) => `"${key}"`).join(", ");
  throw new RangeError(`Cannot use classifier "${name}" as the classifiers are ${known}`);
}
