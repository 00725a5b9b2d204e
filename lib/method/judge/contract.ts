/**
 * Judges: what makes one score of all that is known of a picture. A judge is plain data of one of several kinds; what each
 * kind does is a row of the table in `table.ts`.
 * @module
 */
import type { Dim } from "../../base/tensor/tensor.ts";
import type { Distance, Features, Names, Score } from "../../domain.ts";
import type { SealedFolder } from "../../base/io/sealed_folder.ts";
import type { AsyncStage } from "../../stage.ts";
import type { Contributions } from "../forest/forest.ts";
import type { GoodQuantiles } from "../forest/good_quantiles.ts";
import type { ForestModel } from "../forest/model.ts";
import type { ForestRunner } from "../forest/runner.ts";
import type { LogisticFitted } from "../regression/apply.ts";

/** The kinds of judges, each with what it needs to be applied. */
export interface Judges {
  /** The boosted random forest over its columns. */
  readonly forest: { readonly kind: "forest"; readonly model: ForestModel };
  /** A detector's own score, and no more. */
  readonly detector: { readonly kind: "detector"; readonly name: string };
  /** The score of the supervised classifier, and no more. */
  readonly classifier: { readonly kind: "classifier"; readonly name: string };
  /** A logistic regression over its columns. */
  readonly regression: {
    readonly kind: "regression";
    readonly columns: readonly string[];
    readonly model: LogisticFitted;
    /** Of its columns over good parts. */
    readonly goodQuantiles?: GoodQuantiles;
  };
  /** The sum of other judges' scores, each brought to one scale. */
  readonly together: { readonly kind: "together"; readonly members: readonly Member[] };
}

/** A judge among others, and the scale of its scores. */
export interface Member {
  /** Whose scores they are. */
  readonly judge: Exclude<Judge, Judges["together"]>;
  /** Its scores are distances, whose logarithm counts. */
  readonly log?: true;
  /** Of its scores over good parts that it was not trained on … */
  readonly mean: number;
  /** … and their standard deviation; above 0. */
  readonly deviation: number;
  /** What a standardised score counts. */
  readonly weight: number;
}

/** The name of a kind. */
export type JudgeKind = keyof Judges;

/** What makes the scores: one of the kinds. */
export type Judge = Judges[JudgeKind];

/** The own scores of detectors and of the classifier, by name. */
export type OwnScores = Readonly<Record<string, Distance | Score>>;

/** What a judge is shown of N pictures. */
export interface JudgeInput<F extends Dim = Dim> {
  /** What the columns are called. */
  readonly columns: Names<F>;
  /** f32[N,F]; no column where the judge wants none. */
  readonly features: Features<"N", F>;
  /** Those that there are. */
  readonly scores: OwnScores;
}

/** What judges are applied with. */
export interface JudgeContext {
  /** Where forests run; workers that all share where left out. */
  readonly runner?: ForestRunner;
}

/** What reasons are made of: columns, what good parts have in them, and how far each moves the score. */
export interface Explanation {
  /** What the columns are called. */
  readonly columns: readonly string[];
  /** Of good parts. */
  readonly goodQuantiles?: GoodQuantiles;
  /** How far each column moves the score of each picture, and the bias last; a row sums to the score. */
  readonly contributions: AsyncStage<JudgeInput, Contributions>;
}

/** What a kind of judge does. */
export interface JudgeRules<J> {
  /** The columns that it sees; none where own scores are enough. */
  columns(judge: J): readonly string[];
  /** Who it is, for messages; `titles` has those of detectors and classifiers. */
  title(judge: J, titles: Readonly<Record<string, string>>): string;
  /** One score a picture. */
  apply(judge: J, context: JudgeContext): AsyncStage<JudgeInput, Score>;
  /** Left out where there is nothing to explain. */
  explain?(judge: J, context: JudgeContext): Explanation;
  /** Writes what is not in `model.json` into the folder of a model. */
  write(judge: J, folder: string): Promise<void>;
  /** Reads it again; `own` has the detectors and the classifier of the model, in their order. */
  read(
    folder: SealedFolder,
    own: { readonly detectors: readonly string[]; readonly classifier?: string },
    runner: ForestRunner,
  ): Promise<J>;
}
