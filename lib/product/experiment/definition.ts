/**
 * What a pipeline file says: plain data, checked where it enters.
 *
 * @module
 */
import { ownOf } from "../../base/text/own.ts";
import { type Type, type } from "arktype";
import { type Layout, LAYOUTS } from "../../picture/data/readers/table.ts";
import type { VisaSplit } from "../../picture/data/readers/visa.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import type { Preset } from "../../method/forest/presets.ts";
import { pictureSchema, type PictureSettings } from "../../picture/image/settings.ts";
import { BLOCKS } from "../../method/evidence/block_columns.ts";
import { refuse } from "../../base/text/refuse.ts";
import type { PaperFigures } from "./paper_figures.ts";
import { groupPattern } from "./parts.ts";

/** How parts are dealt out by seed; see the functions of `lib/picture/data/split.ts` for each kind. */
export type SplitSettings =
  | { readonly kind: "vad" }
  | { readonly kind: "auto"; readonly detectors?: number; readonly good?: number; readonly bad?: number }
  | { readonly kind: "test-bad"; readonly bad?: number; readonly goodShare?: number }
  | { readonly kind: "count"; readonly detectors: number; readonly good: number; readonly bad: number }
  | { readonly kind: "share"; readonly detectors?: number; readonly good?: number; readonly bad?: number }
  /**
   * The data set's own: all good training parts serve to fit the detectors but for a share `held` (0 where left out) that serves
   * the threshold of a "generated" benchmark; all training parts train classifiers.
   */
  | { readonly kind: "own"; readonly held?: number }
  /**
   * All good parts serve to fit the detectors, all parts train and all are judged: each by maps and judges that have not seen it. Good
   * parts are left out of the detectors' fits; judges are trained on all folds but the part's (5 where left out).
   */
  | { readonly kind: "folds"; readonly folds?: number };

/**
 * Which bad parts the forests of a benchmark learn from. With "none", detectors alone are judged. With a number `bad`, as
 * many of all, drawn by seed: smaller draws lie within larger ones, and all are judged on the same parts. `shots` draws as
 * many good parts and as many bad ones.
 */
export type BenchmarkKind =
  | "none"
  | "generated"
  | "all"
  | "low-shot"
  | { readonly kind: "all"; readonly bad: number }
  | { readonly kind: "shots"; readonly shots: number };

/** A row of the table: a detector or a classifier alone, something trained, several rows as one, or the mean of figures. */
export type MethodSettings =
  | { readonly alone: string }
  | ForestMethod
  | RegressionMethod
  | TogetherMethod
  | BestMethod
  | { readonly mean: readonly string[] };

/** A logistic regression over all evidence of the pipeline's detectors; where the split has folds. */
export interface RegressionMethod {
  /** "evidence": all blocks, which weigh the same. */
  readonly regression: "evidence";
}

/** Other methods as one: the sum of their scores, each in deviations of good parts; where the split has folds. */
export interface TogetherMethod {
  /** What is trained counts once, a detector alone the less the more bad parts there are. */
  readonly together: readonly string[];
}

/** Of other methods the one that tells good and bad parts apart best, by parts that it has not seen; where the split has folds. */
export interface BestMethod {
  /** In the order of preference where they are equal. */
  readonly best: readonly string[];
}

/** A forest over detectors and at most one classifier. */
export interface ForestMethod {
  /** The detectors whose features the forest sees. */
  readonly forest: readonly string[];
  /** The classifier whose score it sees as well. */
  readonly classifier?: string;
  /** In place of the pipeline's. */
  readonly preset?: Preset;
  /** Which features it sees, all where left out; `*` stands for any text without a dot: "whole.*.*". */
  readonly columns?: readonly string[];
  /** Blocks of evidence that it sees beside them: "pooled"; where the split has folds. */
  readonly blocks?: readonly string[];
}

/** A pipeline file's content. */
export interface PipelineDefinition {
  /** Name of the run folder's parent: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** What is inspected, for the report. */
  readonly about: string;
  /** Which pictures. */
  readonly data: {
    readonly layout: Layout | "auto";
    /** Object of a data set that has several (VisA, MVTec AD). */
    readonly object?: string;
    /** VisA: which of its split files; "1cls" where left out. */
    readonly split?: VisaSplit;
    /** Which pictures are of one part, by their paths; see `PartSettings`. Where `split.kind` is "folds". */
    readonly group?: string;
    /** A CSV file with the part of pictures, the kinds of defects, or both; see `PartSettings`. */
    readonly table?: string;
    /** With no data named, use VAD where it lies, or else the procedural stand-in. */
    readonly standIn?: boolean;
  };
  /** How they are brought to one size. */
  readonly picture: PictureSettings;
  /** Each detector by the name that columns carry: its settings, with `type` where the name is one of your own. */
  readonly detectors: Readonly<Record<string, object>>;
  /**
   * Supervised classifiers g, likewise. They are trained in benchmarks with real bad training parts, on all training parts,
   * or 80 % of them where a forest sees their score; elsewhere their methods have no row.
   */
  readonly classifiers?: Readonly<Record<string, object>>;
  /** Standard deviation in pixels of the Gaussian that smooths each map at picture size; 0 where left out. */
  readonly smoothing?: number;
  /** Judge pixels too: AU-ROC and AU-PR of maps against the masks of the data set, over all test parts. */
  readonly pixel?: boolean;
  /** A segment map (PNG with a JSON legend beside it), a folder with one map a picture, or "none" for one segment. */
  readonly segments: string;
  /** A feature set by its name, or one of your own. */
  readonly features: "paper" | "reference" | FeatureSet;
  /** How forests are trained. */
  readonly forest: {
    readonly preset: Preset;
    /** Number of columns that each forest must see; checked against the feature set before anything is fitted. */
    readonly features?: number;
  };
  /** Which part does what. */
  readonly split: SplitSettings;
  /** What is judged, by a name of your own. */
  readonly benchmarks: Readonly<Record<string, BenchmarkKind>>;
  /** The rows of the table, by a name of your own. */
  readonly methods: Readonly<Record<string, MethodSettings>>;
  /** Figures of a paper to stand beside ours, by benchmark and method: fractions 0 to 1. */
  readonly paper?: Readonly<Record<string, Readonly<Record<string, PaperFigures>>>>;
  /** Whole numbers from 0 to 2³²−1, each once. */
  readonly seeds: readonly number[];
  /** The model that `score` uses, and what its threshold must do. */
  readonly decision: {
    readonly benchmark: string;
    readonly method: string;
    /** The share of bad parts to come that it catches, above 0 and at most 1: on average, or … */
    readonly recall: number;
    /** … with this confidence, above 0 and below 1, where there are bad parts enough. */
    readonly confidence?: number;
    /** With it two thresholds: at most this share of good parts is called bad, and what lies between is to be looked at. */
    readonly falseAlarms?: number;
  };
}

const count = type("number.integer > 0");
const share = type("0 < number < 1");
const fraction = type("0 <= number <= 1");
const word = type(/^[a-z][a-z0-9_]*$/).describe("lower-case letters, digits and underscores");

const definitionSchema: Type<PipelineDefinition> = type({
  "+": "reject",
  name: type(/^[a-z][a-z0-9-]*$/).describe("lower-case letters, digits and hyphens"),
  about: "string",
  data: {
    "+": "reject",
    layout: type.enumerated("auto", ...LAYOUTS),
    "object?": "string",
    "split?": "'1cls' | '2cls_fewshot' | '2cls_highshot'",
    "group?": "string",
    "table?": "string",
    "standIn?": "boolean",
  },
  picture: pictureSchema,
  detectors: type({ "[string]": "object" }),
  "classifiers?": type({ "[string]": "object" }),
  "smoothing?": "0 <= number <= 32",
  "pixel?": "boolean",
  segments: "string",
  features: type("'paper' | 'reference'").or(
    type("object").as<FeatureSet>().narrow((value, context) =>
      isFeatureSet(value) || context.mustBe("a feature set, as featureSet or defineFeature make")
    ),
  ),
  forest: {
    "+": "reject",
    preset: "'brf' | 'rf' | 'bt' | 'brf50'",
    "features?": "number.integer > 0",
  },
  split: type({ "+": "reject", kind: "'vad'" })
    .or({ "+": "reject", kind: "'own'", "held?": "0 <= number < 1" })
    .or({ "+": "reject", kind: "'folds'", "folds?": "2 <= number.integer <= 20" })
    .or({ "+": "reject", kind: "'test-bad'", "bad?": "number.integer > 0", "goodShare?": "0 < number < 1" })
    .or({ "+": "reject", kind: "'count'", detectors: count, good: count, bad: count })
    .or({ "+": "reject", kind: "'auto' | 'share'", "detectors?": share, "good?": share, "bad?": share }),
  benchmarks: type({
    "[string]": type("'none' | 'generated' | 'all' | 'low-shot'").or({ "+": "reject", kind: "'all'", bad: count })
      .or({ "+": "reject", kind: "'shots'", shots: count }),
  }),
  methods: type({
    "[string]": type({ "+": "reject", alone: "string" }).or({
      "+": "reject",
      forest: "string[] >= 1",
      "classifier?": "string",
      "preset?": "'brf' | 'rf' | 'bt' | 'brf50'",
      "columns?": "string[] >= 1",
      "blocks?": "string[] >= 1",
    }).or({ "+": "reject", regression: "'evidence'" })
      .or({ "+": "reject", together: "string[] >= 2" })
      .or({ "+": "reject", best: "string[] >= 2" })
      .or({ "+": "reject", mean: "string[] >= 1" }),
  }),
  "paper?": type({
    "[string]": {
      "[string]": {
        "+": "reject",
        "auroc?": fraction,
        "aurocStd?": fraction,
        "fpr95?": fraction,
        "fpr95Std?": fraction,
        "aupr?": fraction,
        "pixelAuroc?": fraction,
        "pixelAupr?": fraction,
      },
    },
  }),
  seeds: type("(0 <= number.integer <= 4294967295)[] >= 1"),
  decision: {
    "+": "reject",
    benchmark: "string",
    method: "string",
    recall: "0 < number <= 1",
    "confidence?": share,
    "falseAlarms?": share,
  },
});

/**
 * Checks a definition and gives it back: `export default definePipeline({...})`.
 *
 * @throws {TypeError} that lists each path with what was expected and what was found
 */
export function definePipeline(definition: PipelineDefinition): PipelineDefinition {
  return parseDefinition(definition);
}

/** {@linkcode definePipeline} for a value of unknown type. */
export function parseDefinition(value: unknown): PipelineDefinition {
  const parsed = definitionSchema(value);
  if (parsed instanceof type.errors) return refuse("use this pipeline", parsed, definitionSchema);
  const problems: string[] = [];
  const classifiers = Object.keys(parsed.classifiers ?? {});
  for (const kind of ["detectors", "classifiers"] as const) {
    for (const name of Object.keys(parsed[kind] ?? {})) {
      if (!word.allows(name)) problems.push(`${kind}.${name} must be named in ${word.description}`);
    }
  }
  for (const name of classifiers.filter((name) => Object.hasOwn(parsed.detectors, name))) {
    problems.push(`classifiers.${name} must not have the name of a detector`);
  }
  if (Object.keys(parsed.detectors).length === 0) problems.push("detectors must name at least one");
  for (const [name, method] of Object.entries(parsed.methods)) {
    if ("mean" in method) {
      const others = Object.keys(parsed.methods).filter((other) => !("mean" in parsed.methods[other]));
      for (const other of method.mean.filter((other) => !others.includes(other))) {
        problems.push(
          `methods["${name}"].mean must name methods that are no means (${others.join(", ")}): found "${other}"`,
        );
      }
      continue;
    }
    const others = "together" in method ? method.together : "best" in method ? method.best : undefined;
    if (others) {
      const simple = Object.entries(parsed.methods).filter(([, how]) =>
        !("mean" in how || "best" in how) && !("together" in how && "together" in method)
      ).map(([other]) => other);
      const kind = "together" in method ? "together" : "best";
      for (const other of others.filter((other) => !simple.includes(other))) {
        problems.push(
          `methods["${name}"].${kind} must name methods such as ${simple.join(", ") || "none"}: found "${other}"`,
        );
      }
    }
    const crossed = others ?? ("regression" in method || "forest" in method && method.blocks);
    if (crossed && parsed.split.kind !== "folds") {
      problems.push(`methods["${name}"] can be judged only where split.kind is "folds": found "${parsed.split.kind}"`);
    }
    if (!("alone" in method || "forest" in method)) continue;
    const blocks = "forest" in method ? method.blocks ?? [] : [];
    for (const block of blocks.filter((block) => !BLOCKS.some((known) => known === block))) {
      problems.push(`methods["${name}"].blocks must name some of ${BLOCKS.join(", ")}: found "${block}"`);
    }
    const classifier = "forest" in method ? method.classifier : undefined;
    if (classifier !== undefined && !classifiers.includes(classifier)) {
      problems.push(
        `methods["${name}"].classifier must be one of this pipeline (${classifiers.join(", ") || "none"}): ` +
          `found "${classifier}"`,
      );
    }
    for (const detector of "alone" in method ? [method.alone] : method.forest) {
      if (Object.hasOwn(parsed.detectors, detector)) continue;
      if ("alone" in method && classifiers.includes(detector)) continue;
      const known = Object.keys(parsed.detectors).join(", ");
      problems.push(`methods["${name}"] must use detectors of this pipeline (${known}): found "${detector}"`);
    }
  }
  if (Object.keys(parsed.methods).length === 0) problems.push("methods must name at least one");
  const { benchmark, method } = parsed.decision;
  if (!Object.hasOwn(parsed.benchmarks, benchmark)) {
    problems.push(
      `decision.benchmark must be one of ${Object.keys(parsed.benchmarks).join(", ")}: found "${benchmark}"`,
    );
  } else if (parsed.benchmarks[benchmark] === "none") {
    problems.push(`decision.benchmark must have parts to set a threshold on: benchmarks["${benchmark}"] is "none"`);
  }
  if (!Object.hasOwn(parsed.methods, method)) {
    problems.push(`decision.method must be one of ${Object.keys(parsed.methods).join(", ")}: found "${method}"`);
  }
  if ("mean" in (ownOf(parsed.methods, method) ?? {})) {
    problems.push(`decision.method must be no mean: found "${method}"`);
  }
  for (const [name, kind] of Object.entries(parsed.benchmarks)) {
    if (kind === "low-shot" && parsed.split.kind !== "vad") {
      problems.push(`benchmarks["${name}"] must not be "low-shot": only data in VAD's layout lists such parts`);
    }
  }
  if (parsed.split.kind === "folds" && classifiers.length > 0) {
    problems.push(
      'classifiers must be left out where split.kind is "folds": they would have to be trained for each fold',
    );
  }
  problems.push(...groupProblems(parsed));
  problems.push(...ownProblems(parsed));
  if (new Set(parsed.seeds).size !== parsed.seeds.length) problems.push("seeds must differ from each other");
  if (problems.length > 0) throw new TypeError(`Cannot use this pipeline as ${problems.join("; ")}`);
  return parsed;
}

/** Only folds keep the pictures of a part together. */
function groupProblems({ data: { group }, split }: PipelineDefinition): string[] {
  if (group === undefined) return [];
  if (split.kind !== "folds") {
    return [`data.group can be kept together only where split.kind is "folds": found "${split.kind}"`];
  }
  try {
    groupPattern(group);
    return [];
  } catch (error) {
    return [`data.group is no pattern: ${(error as Error).message}`];
  }
}

/** Where detectors are fitted on all good parts, none is left for what must not see the detectors' parts. */
function ownProblems({ split, benchmarks, methods, classifiers, decision }: PipelineDefinition): string[] {
  const whole = split.kind === "own";
  const shots = Object.entries(benchmarks).filter(([, kind]) => typeof kind === "object" && kind.kind === "shots");
  if (!whole) return shots.map(([name]) => `benchmarks["${name}"] can have shots only where split.kind is "own"`);
  const forests = Object.entries(methods).filter(([, how]) => "forest" in how);
  const decided = ownOf(methods, decision.method);
  return [
    ...forests.map(([name]) => `methods["${name}"] must have no forest where split.kind is "own"`),
    ...decided && "alone" in decided && ownOf(classifiers, decided.alone)
      ? [`decision.method must be a detector where split.kind is "own": a classifier has seen all training parts`]
      : [],
  ];
}

/** Whether a value is what `featureSet` and `defineFeature` make. */
export function isFeatureSet(value: unknown): value is FeatureSet {
  return typeof value === "object" && value !== null && "identity" in value && "columns" in value && "compute" in value;
}
