/** The cases of every operator. @module */
import type fc from "fast-check";
import type { Op } from "../../../lib/engine/graph/operators.ts";
import type { Case } from "./case.ts";
import { elementwise } from "./cases_elementwise.ts";
import { layout } from "./cases_layout.ts";
import { windowed } from "./cases_window.ts";

/** Every operator has cases, or this does not compile. */
export const CASES: { readonly [O in Op]: fc.Arbitrary<Case> } = { ...elementwise, ...windowed, ...layout };
