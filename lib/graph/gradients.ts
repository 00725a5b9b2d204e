/** The one table of gradients. @module */
import type { GradientRule } from "./gradient.ts";
import { elementwiseGradients } from "./gradients_elementwise.ts";
import { layoutGradients } from "./gradients_layout.ts";
import { windowGradients } from "./gradients_window.ts";
import type { Op } from "./operators.ts";

/** The gradient rule of each operator; one without a rule does not compile. */
export const GRADIENTS: { readonly [O in Op]: GradientRule<O> } = {
  ...elementwiseGradients,
  ...layoutGradients,
  ...windowGradients,
};
