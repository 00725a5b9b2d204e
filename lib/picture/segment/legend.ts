/** The legend beside a segment map: which value of a pixel is which segment. @module */
import { type } from "arktype";
import { IGNORED } from "../../domain.ts";

const legendFile = type({
  "+": "reject",
  name: "string",
  labels: type({
    "+": "reject",
    value: "0 <= number.integer <= 255",
    name: /^[A-Za-z0-9_]+$/,
    "colour?": /^#[0-9a-fA-F]{6}$/,
    "ignored?": "boolean",
  }).array(),
  "size?": ["number.integer > 0", "number.integer > 0"],
  "note?": "string",
  /** Made from pictures that were brought to the map's own size: its proportions say nothing of theirs. */
  "stretched?": "true",
});

/** The legend of a segment map, as its JSON file has it. */
export type Legend = typeof legendFile.infer;

/**
 * Reads a legend: `{ "name": …, "labels": [{ "value": 0, "name": "background", "colour": "#1f77b4" }, …] }`, with
 * `"ignored": true` on a label that no statistic sees and `"size": [height, width]` where the map has only one.
 *
 * @param name what error messages call the file
 * @throws {SyntaxError} for broken JSON, unknown or wrong entries, values, names or colours that occur twice, or no segment
 *
 * ```ts
 * import { parseLegend } from "./legend.ts";
 * const legend = parseLegend('{"name": "part", "labels": [{"value": 0, "name": "wire"}]}', "part.json");
 * console.assert(legend.labels[0].name === "wire");
 * ```
 */
export function parseLegend(text: string, name: string): Legend {
  const action = `Cannot read the legend "${name}"`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`${action} as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const legend = legendFile(json);
  if (legend instanceof type.errors) throw new SyntaxError(`${action} as ${legend.summary}`);
  for (const key of ["value", "name", "colour"] as const) {
    const values = legend.labels.map((label) => label[key]).filter((value) => value !== undefined);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) throw new SyntaxError(`${action} as two labels have the ${key} ${twice}`);
  }
  if (segmentNames(legend).length === 0) throw new SyntaxError(`${action} as it has no label that is not ignored`);
  return legend;
}

/** The names of the segments, in order of their values; ignored labels are none. */
export function segmentNames(legend: Legend): string[] {
  return segments(legend).map((label) => label.name);
}

/** From values of pixels to segments 0 to L−1 and {@linkcode IGNORED}; −1 where the legend has no such value. */
export function labelTable(legend: Legend): Int16Array {
  const table = new Int16Array(256).fill(-1);
  table[IGNORED] = IGNORED;
  for (const label of legend.labels) if (label.ignored) table[label.value] = IGNORED;
  segments(legend).forEach((label, segment) => table[label.value] = segment);
  return table;
}

/** From colours 0xrrggbb to values of pixels. */
export function colourTable(legend: Legend): Map<number, number> {
  return new Map(
    legend.labels.filter((label) => label.colour).map((label) => [parseInt(label.colour!.slice(1), 16), label.value]),
  );
}

function segments(legend: Legend): Legend["labels"] {
  return legend.labels.filter((label) => !label.ignored).sort((a, b) => a.value - b.value);
}
