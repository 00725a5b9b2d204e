/** Pictures unlike the others of their data set, in words: mistakes of a camera or of a folder. @module */
import { firstFew } from "../../base/text/first_few.ts";
import type { Look } from "../image/look.ts";
import type { Size } from "../image/resize.ts";

/** A picture of a data set. */
export interface Seen {
  readonly id: string;
  readonly look: Look;
}

/** A mean up to here is black, from 255 less this on white. */
const DARK = 8;
/** Samples that differ by no more than this are of one colour. */
const FLAT = 2;
/** The least share of clipped pixels … */
const OVEREXPOSED = 0.25;
/** … and how often the usual share of the data set it must be. */
const UNUSUAL = 3;
/** Proportions that differ by this factor are others. */
const PROPORTIONS = 1.05;
/** Bringing a picture to proportions that differ by this factor changes what is to be seen. */
const STRETCHED = 1.5;
/** Pictures with fewer pixels than this share of the usual are much smaller. */
const SMALLER = 0.25;

/** Pictures that are unlike the others in one way. */
export interface Odd {
  readonly kind: "exposure" | "shape" | "size";
  readonly ids: readonly string[];
  /** How many, in which way, and which are the first; in a sentence. */
  readonly sentence: string;
}

/** What there is to find odd in some pictures, by kinds; see {@linkcode describeOdd}. */
export function findOdd(seen: readonly Seen[], size?: Size): Odd[] {
  if (seen.length === 0) return [];
  const aspectOf = ({ height, width }: Size) => width / height;
  const usual = {
    clipped: median(seen.map(({ look }) => look.clipped)),
    aspect: median(seen.map(({ look }) => aspectOf(look))),
    pixels: median(seen.map(({ look }) => look.height * look.width)),
  };
  const isDark = ({ mean }: Look) => mean <= DARK;
  const isWhite = ({ mean }: Look) => mean >= 255 - DARK;
  const kinds: [Odd["kind"], (look: Look) => boolean, string, string][] = [
    ["exposure", isDark, "black", ""],
    ["exposure", isWhite, "white", ""],
    [
      "exposure",
      (look) => look.high - look.low <= FLAT && !isDark(look) && !isWhite(look),
      "of one colour all over",
      "",
    ],
    [
      "exposure",
      (look) => look.clipped >= Math.max(OVEREXPOSED, UNUSUAL * usual.clipped) && !isWhite(look),
      "overexposed",
      ", unlike the others",
    ],
    [
      "shape",
      (look) => factor(aspectOf(look), usual.aspect) > PROPORTIONS,
      "stretched when all are brought to one size",
      `, as the others are ${proportions(seen, usual.aspect)}`,
    ],
    ["size", (look) => look.height * look.width < SMALLER * usual.pixels, "much smaller than the others", ""],
  ];
  const found = kinds.flatMap(([kind, is, what, why]): Odd[] => {
    const ids = seen.filter(({ look }) => is(look)).map(({ id }) => id);
    const verb = ids.length === 1 ? "is" : "are";
    const sentence = `${ids.length} of ${seen.length} pictures ${verb} ${what}${why}: ${firstFew(ids)}`;
    return ids.length === 0 ? [] : [{ kind, ids, sentence }];
  });
  const stretch = size ? factor(usual.aspect, aspectOf(size)) : 1;
  if (!size || stretch < STRETCHED) return found;
  const sentence = `Pictures of ${
    proportions(seen, usual.aspect)
  } pixels are brought to ${size.height} × ${size.width}, which stretches them ${stretch.toFixed(1)} times`;
  return [...found, { kind: "shape", ids: seen.map(({ id }) => id), sentence }];
}

/**
 * A sentence for each kind of picture that is unlike the others: how many, and which are the first.
 *
 * @param size what all pictures are brought to
 *
 * ```ts
 * import { describeOdd } from "./odd_pictures.ts";
 * const look = { height: 64, width: 64, content: "", low: 0, high: 255, mean: 90, clipped: 0 };
 * const seen = [{ id: "a.png", look }, { id: "b.png", look: { ...look, mean: 0, high: 0 } }];
 * console.assert(describeOdd(seen)[0] === '1 of 2 pictures is black: "b.png"');
 * ```
 */
export function describeOdd(seen: readonly Seen[], size?: Size): string[] {
  return findOdd(seen, size).map(({ sentence }) => sentence);
}

/** By how much two proportions differ, from 1. */
function factor(a: number, b: number): number {
  return Math.max(a / b, b / a);
}

/** The size of a picture with the usual proportions, height first. */
function proportions(seen: readonly Seen[], usual: number): string {
  const [{ look: { height, width } }] = seen.toSorted((a, b) =>
    factor(a.look.width / a.look.height, usual) - factor(b.look.width / b.look.height, usual)
  );
  return `${height} × ${width}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
