/** The one table of gradients. @module */
import type { GradientRule } from "./contract.ts";
import { elementwiseGradients } from "./elementwise.ts";
import { layoutGradients } from "./layout.ts";
import { windowGradients } from "./window.ts";
import type { Op } from "../operators.ts";

/** The gradient rule of each operator; one without a rule does not compile. */
export const GRADIENTS: { readonly [O in Op]: GradientRule<O> } = {
  ...elementwiseGradients,
  ...layoutGradients,
  ...windowGradients,
};
