/** The options that name a backbone file and say what it does not say of itself. @module */
import type { LoadOptions } from "../../../method/backbone/load.ts";

/** What was given on the command line. */
export interface BackboneOptions {
  readonly backbone?: string;
  readonly layers?: string;
  readonly mean?: string;
  readonly std?: string;
}

/**
 * The backbone file that was named; undefined where none was.
 *
 * @throws {TypeError} where something is said of a file that was not named, or three numbers are none
 */
export function readBackboneOptions(
  { backbone, layers, mean, std }: BackboneOptions,
): ({ readonly path: string } & LoadOptions) | undefined {
  if (backbone === undefined) {
    const [said] = Object.entries({ layers, mean, std }).find(([, value]) => value !== undefined) ?? [];
    if (said === undefined) return undefined;
    throw new TypeError(
      `Cannot use --${said} without --backbone as it says something of that file: the embedded backbone needs no --${said}`,
    );
  }
  return { path: backbone, layers: names(layers), mean: triple(mean), std: triple(std) };
}

/** Undefined where none is named: the file may say itself. */
function names(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function triple(text: string | undefined): [number, number, number] | undefined {
  if (text === undefined) return undefined;
  const values = text.split(",").map(Number);
  if (values.length !== 3 || !values.every(Number.isFinite)) {
    throw new TypeError(`Cannot read "${text}" as three numbers with commas between them`);
  }
  return [values[0], values[1], values[2]];
}
