/** What a pipeline file may say, key by key. @module */
import { type Type, type } from "arktype";
import { LAYOUTS } from "../../picture/data/readers/table.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { pictureSchema } from "../../picture/image/settings.ts";
import { mapSmoothing } from "../../method/learn/upsample.ts";
import { looksSchema } from "./looks.ts";
import type { PipelineDefinition } from "./definition.ts";

const count = type("number.integer > 0");
const share = type("0 < number < 1");
const fraction = type("0 <= number <= 1");

export const definitionSchema: Type<PipelineDefinition> = type({
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

/** Whether a value is what `featureSet` and `defineFeature` make. */
export function isFeatureSet(value: unknown): value is FeatureSet {
  return typeof value === "object" && value !== null && "identity" in value && "columns" in value && "compute" in value;
}
