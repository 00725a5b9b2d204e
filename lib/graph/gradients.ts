/** The one table of gradients. @module */
import type { GradientRule } from "./gradient.ts";
import { elementwiseGradients } from "./gradients_elementwise.ts";
import type { Op } from "./operators.ts";

/** The gradient rule of each operator. */
export const GRADIENTS: { readonly [O in Op]?: GradientRule<O> } = { ...elementwiseGradients };
