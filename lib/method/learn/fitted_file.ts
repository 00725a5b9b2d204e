/** What was fitted as bytes: arrays in safetensors, the rest as JSON in its metadata. @module */
import { type } from "arktype";
import { canonicalJson } from "../../base/io/hash.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import type { Stored } from "../../base/io/safetensors.ts";
import type { Literal } from "../../engine/graph/value.ts";
import type { ConfigSchema } from "./config.ts";

/** Trained arrays by name: plain data. */
export type TrainedWeights = Readonly<Record<string, Literal<"f32">>>;

/** What {@linkcode packFitted} keeps. */
export interface FittedParts {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, Stored>>;
}

/** Element type and rank of arrays by name. */
type Shapes = Readonly<Record<string, readonly [Stored["dtype"], number]>>;
type Arrays<T extends Shapes> = { [Name in keyof T]: Extract<Stored, { dtype: T[Name][0] }> };

/** The bytes of a fitted detector; equal parts give equal bytes. */
export function packFitted(detector: string, { settings, tensors }: FittedParts): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensors, { detector, settings: canonicalJson(settings) });
}

/**
 * Reads what {@linkcode packFitted} wrote.
 *
 * @param schema checks the settings
 * @param shapes the arrays that must be there: element type and rank
 * @param optional those that may be there, as files of earlier versions lack them
 * @throws {SyntaxError} where the bytes are damaged, of another detector, lack an array, or have other settings
 */
export function unpackFitted<Settings, const T extends Shapes, const O extends Shapes = Record<never, never>>(
  detector: string,
  bytes: Uint8Array,
  schema: ConfigSchema<Settings>,
  shapes: T,
  optional?: O,
): { settings: Settings; tensors: Arrays<T> & Partial<Arrays<O>> } {
  const { tensors, metadata } = readSafetensors(bytes, `fitted ${detector}`);
  const refuse = (reason: string): never => {
    throw new SyntaxError(`Cannot read a fitted ${detector} as ${reason}`);
  };
  if (metadata.detector !== detector) {
    refuse(`it is one of ${metadata.detector === undefined ? "an unknown detector" : `"${metadata.detector}"`}`);
  }
  for (const [name, [dtype, rank]] of Object.entries({ ...optional, ...shapes })) {
    const stored = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!stored && !Object.hasOwn(shapes, name)) continue;
    if (stored?.dtype === dtype && stored.shape.length === rank) continue;
    refuse(
      `its "${name}" must be ${dtype} of rank ${rank}: ` +
        `current value is ${stored ? `${stored.dtype}[${stored.shape.join(",")}]` : "missing"}`,
    );
  }
  let settings: unknown;
  try {
    settings = JSON.parse(metadata.settings ?? "");
  } catch {
    refuse("its settings are not JSON");
  }
  const parsed = schema(settings);
  if (parsed instanceof type.errors) return refuse(parsed.summary);
  return { settings: parsed, tensors: tensors as never };
}
