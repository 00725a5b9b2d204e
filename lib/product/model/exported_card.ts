/** What an exported model says of itself in its metadata: all that scoring needs beside the graph. @module */
import { type Type, type } from "arktype";
import { refuse } from "../../base/text/refuse.ts";
import { CARD } from "../../method/detect/onnx/exported_file.ts";
import { type ModelFile, parseModelFile } from "./model_file.ts";

/** What the graph's inputs and outputs are. */
export interface ExportedCard {
  /** Of this card. */
  readonly format: 1;
  /** Release of the program that wrote it. */
  readonly segad: string;
  /** Digits of the numbers in the graph: single precision, half of it, or whole numbers of 8 bits in its convolutions. */
  readonly precision: Precision;
  /** `model` takes pictures at the size of the model, `any` pictures of any size. */
  readonly input: "model" | "any";
  /** Each picture comes with a segment map u8[H,W] at the size of the model; where left out the graph has one for all. */
  readonly segments?: "input";
  /** The score is log-odds, so that its sigmoid is a probability. */
  readonly logOdds: boolean;
  /** In the order of the maps and of the own scores. */
  readonly detectors: readonly { readonly name: string; readonly title: string }[];
  /** Its score is the last of the own scores. */
  readonly classifier?: { readonly name: string; readonly title: string };
  /** How many good parts the features were compared with; none where that is not told. */
  readonly goodParts?: number;
  /** What the features are called. */
  readonly columns: readonly string[];
  /** What the contributions are of; none where the judge tells of none. */
  readonly groups: readonly { readonly segment?: string; readonly source: string }[];
  /** Name of the judge, for sentences. */
  readonly judge: string;
  /** What `model.json` of the run says. */
  readonly model: ModelFile;
}

/** See {@linkcode ExportedCard}. */
export type Precision = "f32" | "f16" | "i8";

const named = { name: "string", title: "string" } as const;
const schema: Type<Omit<ExportedCard, "model"> & { readonly model: unknown }> = type({
  format: "1",
  segad: "string",
  precision: "'f32' | 'f16' | 'i8'",
  input: "'model' | 'any'",
  "segments?": "'input'",
  logOdds: "boolean",
  detectors: type(named).array(),
  "classifier?": named,
  "goodParts?": "number.integer > 0",
  columns: "string[]",
  groups: type({ "segment?": "string", source: "string" }).array(),
  judge: "string",
  model: "unknown",
});

/**
 * The card in a file's metadata.
 *
 * @throws {SyntaxError} where there is none, or it is damaged
 */
export function readCard(metadata: Readonly<Record<string, string>>, name: string): ExportedCard {
  const text = Object.hasOwn(metadata, CARD) ? metadata[CARD] : undefined;
  if (text === undefined) {
    throw new SyntaxError(`Cannot score with "${name}" as it is no model that "deno task export" has written`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot score with "${name}" as its metadata is no JSON`, { cause });
  }
  return parseCard(value, name);
}

/** @throws {TypeError} where a value is no card, with the path of each difference */
export function parseCard(value: unknown, name: string): ExportedCard {
  const parsed = schema(value);
  if (parsed instanceof type.errors) return refuse(`score with "${name}"`, parsed, schema);
  return { ...parsed, model: parseModelFile(parsed.model, name) };
}
