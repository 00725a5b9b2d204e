/** What a pipeline file says of maps that others have made: `export const maps = defineReference({...})`. @module */
import { type Type, type } from "arktype";
import type { Preset } from "../../method/forest/presets.ts";
import { refuse } from "../../base/text/refuse.ts";
import type { PaperFigures } from "../experiment/paper_figures.ts";

/** A run of SegAD's published code, as data. */
export interface ReferenceDefinition {
  /** Name of the run folder's parent. */
  readonly name: string;
  /** What it is, in a sentence. */
  readonly about: string;
  /** Number of segments of each class; a label of its maps is below it. */
  readonly classes: Readonly<Record<string, number>>;
  /** Folders under `anomaly_maps/`. */
  readonly detectors: readonly string[];
  /** A detector alone or a forest over several, by the name of the row. */
  readonly methods: Readonly<
    Record<string, { readonly alone: string } | { readonly forest: readonly string[] }>
  >;
  /** Bad test parts that train the forest. */
  readonly bad: number;
  /** How forests are trained. */
  readonly forest: Preset;
  /** Of the forests. */
  readonly seeds: readonly number[];
  /** By class, or {@linkcode MEAN}, and method. */
  readonly paper?: Readonly<
    Record<string, Readonly<Record<string, Pick<PaperFigures, "auroc" | "aurocStd" | "fpr95" | "fpr95Std">>>>
  >;
}

/** The benchmark that averages all classes. */
export const MEAN = "mean of all classes";

const fraction = type("0 <= number <= 1");

const schema: Type<ReferenceDefinition> = type({
  "+": "reject",
  name: type(/^[a-z][a-z0-9-]*$/).describe("lower-case letters, digits and hyphens"),
  about: "string",
  classes: type({ "[string]": "1 <= number.integer <= 255" }),
  detectors: "string[] >= 1",
  methods: type({
    "[string]": type({ "+": "reject", alone: "string" }).or({ "+": "reject", forest: "string[] >= 1" }),
  }),
  bad: "number.integer >= 1",
  forest: "'brf' | 'rf' | 'bt'",
  seeds: type("(0 <= number.integer <= 4294967295)[] >= 1"),
  "paper?": type({
    "[string]": {
      "[string]": { "+": "reject", auroc: fraction, "aurocStd?": fraction, "fpr95?": fraction, "fpr95Std?": fraction },
    },
  }),
});

/**
 * Checks a definition and gives it back.
 *
 * @throws {TypeError} that lists each path with what was expected and what was found
 *
 * ```ts
 * import { defineReference } from "./definition.ts";
 * const maps = defineReference({
 *   name: "visa-maps", about: "", classes: { pcb1: 6 }, detectors: ["rd4ad"], methods: { RD4AD: { alone: "rd4ad" } },
 *   bad: 10, forest: "brf", seeds: [333],
 * });
 * console.assert(maps.classes.pcb1 === 6);
 * ```
 */
export function defineReference(definition: ReferenceDefinition): ReferenceDefinition {
  return parseReference(definition);
}

/** {@linkcode defineReference} for a value of unknown type. */
export function parseReference(value: unknown): ReferenceDefinition {
  const parsed = schema(value);
  if (parsed instanceof type.errors) return refuse("use these maps", parsed, schema);
  const problems: string[] = [];
  for (const [name, method] of Object.entries(parsed.methods)) {
    for (const detector of detectorsOf(method)) {
      if (parsed.detectors.includes(detector)) continue;
      problems.push(
        `methods["${name}"] must use detectors of this list (${parsed.detectors.join(", ")}): found "${detector}"`,
      );
    }
  }
  if (Object.keys(parsed.methods).length === 0) problems.push("methods must name at least one");
  if (Object.keys(parsed.classes).length === 0) problems.push("classes must name at least one");
  if (new Set(parsed.seeds).size !== parsed.seeds.length) problems.push("seeds must differ from each other");
  if (problems.length > 0) throw new TypeError(`Cannot use these maps as ${problems.join("; ")}`);
  return parsed;
}

/** The detectors of a method. */
export function detectorsOf(method: ReferenceDefinition["methods"][string]): readonly string[] {
  return "alone" in method ? [method.alone] : method.forest;
}
