/** `models/model.json` of a run folder: what scoring needs to know. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Type, type } from "arktype";
import type { BackboneLayer } from "../../method/backbone/backbone.ts";
import { type MapSmoothing, mapSmoothing } from "../../method/learn/upsample.ts";
import { pictureSchema, type PictureSettings } from "../../picture/image/settings.ts";
import type { JudgeKind } from "../../method/judge/contract.ts";
import { JUDGE_KINDS } from "../../method/judge/table.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { hashFolder } from "../../base/io/sealed_folder.ts";
import { refuse } from "../../base/text/refuse.ts";

/** Its name in `models/`. */
export const MODEL_FILE = "model.json";

/** What good parts look like, beside it; models of earlier releases have none. */
export const GOOD_PARTS_FILE = "good_parts.safetensors";

/** The picture that others are aligned with, where they are: `picture.align` is its SHA-256. */
export const REFERENCE_FILE = "reference.png";

/** What `score` needs to know of a model beside its files. */
export interface ModelFile {
  /** Of this file. */
  readonly format: 1;
  /** Name of the pipeline; "fit" where a detector or classifier was fitted without one. */
  readonly pipeline: string;
  /** The pipeline's file, for the record; absent where there was none. */
  readonly file?: string;
  /** The size that the file was read with. */
  readonly size?: "small" | "paper";
  /** On which the model was trained and its threshold set. */
  readonly benchmark?: string;
  /** The row of the table that it is. */
  readonly method: string;
  /** Whose output the score is. */
  readonly judge: JudgeKind;
  /** The judge sees evidence beside the statistics of maps: what is usual stands in a file of its own. */
  readonly evidence?: true;
  /** Of the run's seeds, the one that it was fitted with. */
  readonly seed: number;
  /** How pictures are read. */
  readonly picture: PictureSettings;
  /** Standard deviation, in pixels, of the Gaussian that maps are smoothed with: of all, or one a detector in their order. */
  readonly smoothing: number | readonly MapSmoothing[];
  /** The network under the detectors. */
  readonly backbone: {
    readonly name: string;
    readonly sha256: string;
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
    readonly layers: readonly BackboneLayer[];
  };
  /** In the order of the maps; none where a classifier judges alone. */
  readonly detectors: readonly { readonly name: string; readonly type: string }[];
  /** The supervised classifier g, where there is one. */
  readonly classifier?: { readonly name: string; readonly type: string };
  /** The set that the forest sees. */
  readonly features: { readonly name: string; readonly identity: string };
  /** The segment maps, and the names of the segments. */
  readonly segments: { readonly kind: "static" | "folder" | "none" | "rings"; readonly names: readonly string[] };
  /** The threshold, and what it was set on. */
  readonly decision: CatchingDecision | QuietDecision;
  /** The hash of every other file of the model, by its name in `models/`. Models of earlier releases have none … */
  readonly files?: Readonly<Record<string, string>>;
  /** … and none of all that stands in this file, as {@linkcode canonicalJson} writes it without this line. */
  readonly sha256?: string;
}

/** A threshold that was set on bad parts. */
export interface CatchingDecision {
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** A part whose score is at least this and below the threshold must be looked at; there is none where this is left out. */
  readonly review?: number;
  /** The share of bad parts that it was chosen to catch … */
  readonly recall: number;
  /** … the share of the held-out ones that it does catch, */
  readonly rate: number;
  /** a 95 % interval of that share, */
  readonly interval: readonly [number, number];
  /** and how many parts that was measured on. Caught is what is called bad or looked at. */
  readonly parts: number;
  /** The share of bad parts to come that is caught at least, with 95 % confidence or the one below. */
  readonly promised?: number;
  /** How sure it was wished to be. */
  readonly confidence?: number;
  /** What the threshold does to good parts, by the same scores. */
  readonly alarms?: {
    readonly rate: number;
    /** Of the share among parts to come, at 95 %. */
    readonly interval: readonly [number, number];
    readonly parts: number;
  };
  /** The same of good parts that are called bad or looked at, where these differ. */
  readonly looked?: NonNullable<CatchingDecision["alarms"]>;
  /** How many more bad parts it takes, at least, to promise the recall with 95 % confidence; 0 where it is promised. */
  readonly missing?: number;
  /** Where it was not chosen by a recall: somebody has set it, or it is the cheapest by these costs. */
  readonly by?: "hand" | DecisionCosts;
}

/** What a miss, a false alarm and a look cost, and how many of 1,000 parts are bad. */
export interface DecisionCosts {
  /** Of a bad part that is called good. */
  readonly miss: number;
  /** Of a good part that is called bad. */
  readonly alarm: number;
  /** Of a part that must be looked at. */
  readonly look?: number;
  /** Bad parts of 1,000. */
  readonly badPer1000: number;
}

/** A threshold that was set on good parts alone. */
export interface QuietDecision {
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** A part whose score is at least this and below the threshold must be looked at; there is none where this is left out. */
  readonly review?: number;
  /** The largest share of good parts that it was asked to call bad. */
  readonly falseAlarms: number;
  /** How many good parts it was set on. */
  readonly parts: number;
  /** The share of good parts to come that it calls bad at most. Models of earlier releases promise nothing … */
  readonly promised?: number;
  /** … with this confidence, */
  readonly confidence?: number;
  /** and a 95 % interval of that share. */
  readonly interval?: readonly [number, number];
  /** Somebody has set it, and the share is the one that was seen. */
  readonly by?: "hand";
}

/** JSON writes an infinity as 1e999, by which nothing can be decided. */
const finite = type("number").narrow((value, context) => Number.isFinite(value) || context.mustBe("finite"));
const positive = finite.and("number > 0");

const schema: Type<ModelFile> = type({
  "+": "reject",
  format: "1",
  pipeline: "string",
  "file?": "string",
  "size?": "'small' | 'paper'",
  "benchmark?": "string",
  method: "string",
  judge: type.enumerated(...JUDGE_KINDS),
  "evidence?": "true",
  seed: "number.integer",
  picture: pictureSchema,
  smoothing: type("0 <= number <= 32").or(mapSmoothing.array()),
  backbone: {
    name: "string",
    sha256: "string",
    mean: [finite, finite, finite],
    std: [positive, positive, positive],
    layers: type({ name: "string", channels: "number.integer", stride: "number" }).array(),
  },
  detectors: type({ name: "string", type: "string" }).array(),
  "classifier?": { name: "string", type: "string" },
  features: { name: "string", identity: "string" },
  segments: { kind: "'static' | 'folder' | 'none' | 'rings'", names: "string[]" },
  decision: type({
    "+": "reject",
    threshold: finite,
    "review?": finite,
    recall: finite,
    rate: finite,
    interval: [finite, finite],
    parts: "number.integer",
    "promised?": finite,
    "confidence?": finite,
    "alarms?": { rate: finite, interval: [finite, finite], parts: "number.integer" },
    "looked?": { rate: finite, interval: [finite, finite], parts: "number.integer" },
    "missing?": "number.integer >= 0",
    "by?": type("'hand'").or({ "+": "reject", miss: finite, alarm: finite, "look?": finite, badPer1000: finite }),
  }).or({
    "+": "reject",
    threshold: finite,
    "review?": finite,
    falseAlarms: finite,
    parts: "number.integer",
    "promised?": finite,
    "confidence?": finite,
    "interval?": [finite, finite],
    "by?": "'hand'",
  }),
  "files?": type({ "[string]": "string" }),
  "sha256?": "string",
});

/**
 * Writes `model.json` into a folder in which all other files of the model are whole, with the hash of each.
 *
 * @throws {Error} where a file cannot be read, or this one cannot be written
 */
export async function writeModelFile(models: string, model: ModelFile): Promise<void> {
  await seal(models, { ...model, files: await hashFolder(models) });
}

async function seal(models: string, model: ModelFile): Promise<void> {
  const text = JSON.stringify({ ...model, ...model.files && { sha256: sha256(canonicalJson(model)) } }, null, 2);
  await writeFileAtomic(join(models, MODEL_FILE), `${text}\n`);
}

/** @throws {TypeError} where a value is not of this form, with the path of each difference */
export function parseModelFile(value: unknown, path: string): ModelFile {
  const model = schema(value);
  return model instanceof type.errors ? refuse(`use the model "${path}"`, model, schema) : model;
}

/**
 * Reads a model file.
 *
 * @throws {SyntaxError} where it is no JSON, or has changed since it was written
 * @throws {TypeError} where it is not of this form, with the path of each difference
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SyntaxError(`Cannot read the model "${path}" as ${(cause as Error).message}`, { cause });
  }
  const model = parseModelFile(value, path);
  const { sha256: written, ...content } = value as ModelFile;
  if (written === undefined || written === sha256(canonicalJson(content))) return model;
  throw new SyntaxError(
    `Cannot use the model "${path}" as it has changed since it was written: run the pipeline again, fit again, or copy ` +
      "the whole folder again; --threshold moves the threshold",
  );
}
