/** The model that a run leaves, and what it is made of. @module */
import type { Judge } from "../../../method/judge/contract.ts";
import type { ScoreSet } from "../../experiment/results.ts";
import type { CatchingDecision, ModelFile } from "../../model/model_file.ts";
import type { Cell, SeedPlan } from "../plan/run_plan.ts";
import type { StandInSize } from "../../../picture/stand_in/plan.ts";

/** What was put into `models/`. */
export interface Deployment {
  readonly model: ModelFile & { readonly benchmark: string; readonly decision: CatchingDecision };
  /** What makes the scores. */
  readonly judge: Judge;
  readonly cell: Cell;
  /** Why it is another method than the pipeline decides by, in words. */
  readonly instead?: string;
  /** The share of good pictures whose part lies elsewhere than in the others. */
  readonly shifted?: number;
}

/** See {@linkcode deploy}. */
export interface DeployOptions {
  readonly folder: string;
  readonly plans: readonly SeedPlan[];
  readonly cells: readonly Cell[];
  /** One a cell. */
  readonly scores: readonly ScoreSet[];
  /** The pipeline file: where a feature set of the user's own is found again. */
  readonly file: string;
  /** The size that the pipeline file was read with. */
  readonly size: StandInSize;
}
