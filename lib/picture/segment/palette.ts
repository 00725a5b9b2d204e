/** Colours of segments where nobody chose any. @module */
import { ownOf } from "../../base/text/own.ts";

/** Ten colours that are told apart on screens and in print, the ground's grey first, and what people call them. */
const WORDS: Readonly<Record<string, string>> = {
  "#7f7f7f": "grey",
  "#1f77b4": "blue",
  "#d62728": "red",
  "#2ca02c": "green",
  "#ff7f0e": "orange",
  "#9467bd": "violet",
  "#17becf": "cyan",
  "#e377c2": "pink",
  "#bcbd22": "olive",
  "#8c564b": "brown",
};
const BASE = Object.keys(WORDS);

/** The ground's, which nobody sees over a grey picture. */
export const GREY: string = BASE[0];

/**
 * Colours `#rrggbb` for `count` segments, all different: ten that are told apart easily, then lighter ones.
 *
 * @param taken colours that are in use already
 *
 * ```ts
 * import { segmentColours } from "./palette.ts";
 * console.assert(new Set(segmentColours(254)).size === 254);
 * ```
 */
export function segmentColours(count: number, taken: readonly string[] = []): string[] {
  const used = new Set(taken.map((colour) => colour.toLowerCase()));
  const colours: string[] = [];
  for (let i = 0; colours.length < count; i++) {
    // Each round of ten is mixed with more white.
    const white = 1 - 0.96 ** (12 * Math.floor(i / BASE.length));
    const colour = lighten(BASE[i % BASE.length], white < 0.9 ? white : (i * 0.618034) % 0.9);
    if (used.has(colour)) continue;
    used.add(colour);
    colours.push(colour);
  }
  return colours;
}

function lighten(colour: string, white: number): string {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return "#" +
    channels.map((value) => Math.round(value + (255 - value) * white).toString(16).padStart(2, "0")).join("");
}

/**
 * What people call a colour of {@linkcode segmentColours}; itself where it is none of the first ten.
 *
 * ```ts
 * import { colourWord, segmentColours } from "./palette.ts";
 * console.assert(segmentColours(2).map(colourWord).join() === "grey,blue");
 * ```
 */
export function colourWord(colour: string): string {
  return ownOf(WORDS, colour) ?? colour;
}
