/** The one table of operators. @module */
import type { Op } from "./operators.ts";
import type { Rule } from "./rule.ts";
import { elementwise } from "./rules_elementwise.ts";
import { layout } from "./rules_layout.ts";
import { windows } from "./rules_window.ts";

/** The rule of each operator; one without a rule does not compile. */
export const RULES: { readonly [O in Op]: Rule<O> } = { ...elementwise, ...windows, ...layout };
