/** What a training is told, and what it tells: the lines between the service and the process that trains. @module */
import type { Progress } from "../../../base/text/progress.ts";
import type { PipelineDefinition } from "../../../product/experiment/definition.ts";
import type { RunFacts } from "../../../product/station/run_facts.ts";

/** What is wished of the threshold; what is left out the pipeline says. */
export interface ThresholdWish {
  readonly recall?: number;
  readonly confidence?: number;
  readonly falseAlarms?: number;
}

/** A run of a pipeline. */
export interface TrainingSpec {
  /** The folder of the pictures. */
  readonly data: string;
  /** The pipeline file … */
  readonly pipeline: string;
  /** … and what is changed in it. */
  readonly changes: Partial<Pick<PipelineDefinition, "segments" | "split" | "methods" | "picture">> & {
    /** Parts are aligned with the good ones, or with those of them that lie as in this mean picture. */
    readonly align?: string;
    readonly decision: ThresholdWish & { readonly method?: string };
  };
  /** Trains the same without its segment map as well. */
  readonly both: boolean;
  readonly runs: string;
  readonly cache: string;
  /** Of the run folder. */
  readonly name: string;
  /** Says what each detector, segment and block of evidence is worth; whoever learns from a correction does not wait for it. */
  readonly worth: boolean;
  /** To weigh methods. */
  readonly minutes?: number;
}

/** What the process tells, a line of JSON each. */
export type TrainingMessage =
  | { readonly kind: "say" | "warn"; readonly line: string }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly run: string; readonly facts: RunFacts }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "stopped" };
