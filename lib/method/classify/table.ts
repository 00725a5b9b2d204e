/** All classifiers by name, to configure and to train; what they have learned is in `fitted_table.ts`. @module */
import { findNamed } from "../learn/contract.ts";
import type { Classifier, ClassifierName } from "./contract.ts";
import { devnet } from "./devnet.ts";
import { dra } from "./dra.ts";
import { linear } from "./linear.ts";
import { unet } from "./unet.ts";
import { wrn } from "./wrn.ts";

/** Every classifier, by the name that pipelines use. */
export const CLASSIFIERS: { readonly [Name in ClassifierName]: Classifier } = { wrn, devnet, dra, linear, unet };

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
  return findNamed("classifier", CLASSIFIERS, name);
}
