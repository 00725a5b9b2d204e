/** The one table of operators. @module */
import type { Op } from "../operators.ts";
import type { Rule } from "./contract.ts";
import { elementwise } from "./elementwise.ts";
import { layout } from "./layout.ts";
import { windows } from "./window.ts";

/** The rule of each operator; one without a rule does not compile. */
export const RULES: { readonly [O in Op]: Rule<O> } = { ...elementwise, ...windows, ...layout };
