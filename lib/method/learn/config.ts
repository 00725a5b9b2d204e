/** Checking the settings of detectors and classifiers. @module */
import { type Type, type } from "arktype";
import { SettingsError } from "../../base/text/errors.ts";
import { describeErrors } from "../../base/text/unknown_key.ts";

/** Checks settings and fills in what is left out. */
export type ConfigSchema<T> = (value: unknown) => T | type.errors;

/** A setting that counts something. */
export const whole: Type<number> = type("number.integer >= 1").describe("a whole number from 1");
/** Side of the window that features are averaged over. */
export const odd: Type<number> = type("1 <= number.integer <= 15").narrow((value, context) =>
  value % 2 === 1 || context.mustBe("an odd number")
);
/** Names of layers, each once. */
export const layerNames: Type<string[]> = type("string[] >= 1").narrow((names, context) =>
  new Set(names).size === names.length || context.mustBe("names that differ from each other")
);

/**
 * What the schema makes of the settings.
 *
 * @throws {SettingsError} that names each path, what was expected and what was found
 */
export function parseConfig<T>(title: string, schema: ConfigSchema<T>, value: unknown): T {
  const parsed = schema(value);
  if (!(parsed instanceof type.errors)) return parsed;
  throw new SettingsError(`configure ${title}`, describeErrors(schema, parsed));
}

/**
 * Settings over a preset: what is given replaces what the preset says; `small` where no preset is named.
 *
 * @throws {TypeError} that names each path, what was expected and what was found
 */
export function parseOverPreset<Config extends object, Preset extends string>(
  title: string,
  presets: Readonly<Record<Preset | "small", Config>>,
  schema: ConfigSchema<Config>,
  value: unknown,
): Config {
  const { preset = "small", ...given } = parseConfig<{ preset?: string }>(title, type({ "preset?": "string" }), value);
  if (!Object.hasOwn(presets, preset)) {
    const known = Object.keys(presets).map((name) => `"${name}"`).join(", ");
    throw new SettingsError(`configure ${title}`, [`preset must be one of ${known}: found "${preset}"`]);
  }
  return parseConfig(title, schema, { ...presets[preset as Preset], ...given });
}
