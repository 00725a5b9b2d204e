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
import { mapSmoothing } from "../../method/learn/upsample.ts";
import { BLOCKS } from "../../method/evidence/block_columns.ts";
import { refuse } from "../../base/text/refuse.ts";
import { type Looks, looksProblems, looksSchema } from "./looks.ts";
import type { PaperFigures } from "./paper_figures.ts";
import { groupPattern } from "./parts.ts";
import { type Smoothing, smoothingProblems } from "./smoothing.ts";

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
  | {
    readonly kind: "folds";
    readonly folds?: number;
    /**
     * The good parts that detectors are fitted on, by id: what was fitted before parts came to be learned from stays as it
     * is. Parts beside them are mapped by it like new ones; all good parts where left out.
     */
    readonly fit?: readonly string[];
  };

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
  | AutoMethod
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

/**
 * The first of other methods, or the one that tells good and bad parts apart better than it by more than a standard error, by
 * parts that it has not seen; where the split has folds.
 */
export interface BestMethod {
  /** The first is what is taken unless another is clearly better. */
  readonly best: readonly string[];
}

/**
 * The judge of `folder.ts` over some detectors, whatever the split: all training parts fit the detectors and train, folds
 * among them choose, and the test parts are judged by what was chosen. Only in benchmarks with real bad training parts, and
 * by the first seed, as it takes a run of its own.
 */
export interface AutoMethod {
  /** The detectors that it sees. */
  readonly auto: readonly string[];
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
  /**
   * The scores of classifiers that forests learn from are by classifiers that have not seen the part: as many of them, each
   * trained without a fold of the forest's parts. One more, trained on all parts, scores the test parts. Where left out, as in the
   * paper, forests learn from scores of parts four fifths of which the classifier was trained on.
   */
  readonly crossFit?: number;
  /** Where a detector or classifier has a backbone or a size of pictures of its own. */
  readonly looks?: Looks;
  /** Standard deviation in pixels of the Gaussian that smooths each map at picture size, of all detectors or by name; 0 where left out. */
  readonly smoothing?: Smoothing;
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
  "crossFit?": "2 <= number.integer <= 20",
  "looks?": looksSchema,
  "smoothing?": type("0 <= number <= 32").or({ "[string]": mapSmoothing }),
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
    .or({ "+": "reject", kind: "'folds'", "folds?": "2 <= number.integer <= 20", "fit?": "string[]" })
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
      .or({ "+": "reject", auto: "string[] >= 1" })
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
  const problems = [
    ...nameProblems(parsed),
    ...Object.entries(parsed.methods).flatMap(([name, method]) => methodProblems(name, method, parsed)),
    ...Object.keys(parsed.methods).length === 0 ? ["methods must name at least one"] : [],
    ...decisionProblems(parsed),
    ...splitProblems(parsed),
    ...groupProblems(parsed),
    ...smoothingProblems(parsed.smoothing, parsed.detectors, Object.values(parsed.methods).some(usesEvidence)),
    ...looksProblems(parsed, {
      evidence: Object.values(parsed.methods).some(usesEvidence),
      decided: usedBy(parsed.decision.method, parsed),
      auto: Object.values(parsed.methods).flatMap((how) => "auto" in how ? how.auto : []),
    }),
    ...ownProblems(parsed),
    ...new Set(parsed.seeds).size !== parsed.seeds.length ? ["seeds must differ from each other"] : [],
  ];
  if (problems.length > 0) throw new TypeError(`Cannot use this pipeline as ${problems.join("; ")}`);
  return parsed;
}

/** Names are words of columns. */
function nameProblems({ detectors, classifiers = {} }: PipelineDefinition): string[] {
  const odd = Object.entries({ detectors, classifiers }).flatMap(([kind, own]) =>
    Object.keys(own).filter((name) => !word.allows(name)).map((name) =>
      `${kind}.${name} must be named in ${word.description}`
    )
  );
  const twice = Object.keys(classifiers).filter((name) => Object.hasOwn(detectors, name));
  return [
    ...odd,
    ...twice.map((name) => `classifiers.${name} must not have the name of a detector`),
    ...Object.keys(detectors).length === 0 ? ["detectors must name at least one"] : [],
  ];
}

/** The detectors and the classifier that a method uses; none for a method that is not there. */
function usedBy(
  name: string,
  { methods, detectors }: Pick<PipelineDefinition, "methods" | "detectors">,
): readonly string[] {
  const how = ownOf(methods, name);
  if (how === undefined || "mean" in how || "auto" in how) return [];
  if ("alone" in how) return [how.alone];
  if ("regression" in how) return Object.keys(detectors);
  if ("forest" in how) return [...how.forest, ...how.classifier === undefined ? [] : [how.classifier]];
  return ("together" in how ? how.together : how.best).filter((other) => other !== name)
    .flatMap((other) => usedBy(other, { methods, detectors }));
}

function usesEvidence(method: MethodSettings): boolean {
  return "regression" in method || "forest" in method && method.blocks !== undefined;
}

/** What a method uses must be there, and possible with the split. */
function methodProblems(name: string, method: MethodSettings, parsed: PipelineDefinition): string[] {
  const place = `methods["${name}"]`;
  const made = madeOfProblems(place, method, parsed);
  if ("mean" in method) return made;
  const crossed = "together" in method || "best" in method || "regression" in method ||
    "forest" in method && method.blocks;
  return [
    ...made,
    ...crossed && parsed.split.kind !== "folds"
      ? [`${place} can be judged only where split.kind is "folds": found "${parsed.split.kind}"`]
      : [],
    ..."alone" in method || "forest" in method ? sightProblems(place, method, parsed) : [],
    ..."auto" in method ? sightProblems(place, { forest: method.auto }, parsed) : [],
  ];
}

/** Other methods that a method is made of. */
function madeOfProblems(place: string, method: MethodSettings, { methods }: PipelineDefinition): string[] {
  const named = (fits: (how: MethodSettings) => boolean) =>
    Object.entries(methods).filter(([, how]) => fits(how)).map(([other]) => other);
  if ("mean" in method) {
    const others = named((how) => !("mean" in how));
    return method.mean.filter((other) => !others.includes(other)).map((other) =>
      `${place}.mean must name methods that are no means (${others.join(", ")}): found "${other}"`
    );
  }
  const [kind, others] = "together" in method
    ? ["together", method.together]
    : ["best", "best" in method ? method.best : []];
  const simple = named((how) =>
    !("mean" in how || "best" in how || "auto" in how) && !("together" in how && kind === "together")
  );
  return others.filter((other) => !simple.includes(other)).map((other) =>
    `${place}.${kind} must name methods such as ${simple.join(", ") || "none"}: found "${other}"`
  );
}

/** What a detector's or classifier's own score, or a forest, sees. */
function sightProblems(
  place: string,
  method: Extract<MethodSettings, { readonly alone: string }> | ForestMethod,
  { detectors, classifiers = {} }: PipelineDefinition,
): string[] {
  const own = Object.keys(classifiers);
  const { blocks = [], classifier } = "forest" in method ? method : {};
  const used = "alone" in method ? own.includes(method.alone) ? [] : [method.alone] : method.forest;
  return [
    ...blocks.filter((block) => !BLOCKS.some((known) => known === block)).map((block) =>
      `${place}.blocks must name some of ${BLOCKS.join(", ")}: found "${block}"`
    ),
    ...classifier !== undefined && !own.includes(classifier)
      ? [`${place}.classifier must be one of this pipeline (${own.join(", ") || "none"}): found "${classifier}"`]
      : [],
    ...used.filter((detector) => !Object.hasOwn(detectors, detector)).map((detector) =>
      `${place} must use detectors of this pipeline (${Object.keys(detectors).join(", ")}): found "${detector}"`
    ),
  ];
}

/** The model for new pictures is one of the table, with a threshold. */
function decisionProblems({ decision: { benchmark, method }, benchmarks, methods }: PipelineDefinition): string[] {
  const known = Object.hasOwn(benchmarks, benchmark);
  return [
    ...known ? [] : [`decision.benchmark must be one of ${Object.keys(benchmarks).join(", ")}: found "${benchmark}"`],
    ...known && benchmarks[benchmark] === "none"
      ? [`decision.benchmark must have parts to set a threshold on: benchmarks["${benchmark}"] is "none"`]
      : [],
    ...Object.hasOwn(methods, method)
      ? []
      : [`decision.method must be one of ${Object.keys(methods).join(", ")}: found "${method}"`],
    ..."mean" in (ownOf(methods, method) ?? {}) ? [`decision.method must be no mean: found "${method}"`] : [],
    ..."auto" in (ownOf(methods, method) ?? {})
      ? [`decision.method must be no automatic judge, of which folder.ts makes a model: found "${method}"`]
      : [],
  ];
}

/** What only some splits can have. */
function splitProblems({ split, benchmarks, classifiers = {} }: PipelineDefinition): string[] {
  const lowShot = Object.keys(benchmarks).filter((name) => benchmarks[name] === "low-shot");
  return [
    ...(split.kind === "vad" ? [] : lowShot).map((name) =>
      `benchmarks["${name}"] must not be "low-shot": only data in VAD's layout lists such parts`
    ),
    ...split.kind === "folds" && Object.keys(classifiers).length > 0
      ? ['classifiers must be left out where split.kind is "folds": they would have to be trained for each fold']
      : [],
  ];
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
