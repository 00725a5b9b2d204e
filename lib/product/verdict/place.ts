/** Where on a part something lies, as people say it. @module */
import { connectedComponents } from "../../picture/segment/components.ts";
import type { Size } from "../../picture/image/resize.ts";
import type { Box } from "../model/worst_place.ts";

/** The segments of a picture. */
export interface Segments {
  readonly names: readonly string[];
  /** H·W places in the names; 255 is none. */
  readonly labels: Uint8Array;
}

/** Parts of a segment below this share of its largest one are crumbs of the drawing. */
const CRUMB = 0.1;
/** A segment of more parts than these is not told apart by side. */
const TOLD = 4;

/**
 * Where a box lies: "at the left solder dot", "in the wire, at the upper left", "in the middle".
 *
 * @param segment the segment that it was found in; where left out the one at its centre
 *
 * ```ts
 * import { placeInWords } from "./place.ts";
 * const labels = new Uint8Array(70).fill(1);
 * for (const y of [2, 3, 4]) for (const x of [1, 2, 7, 8]) labels[y * 10 + x] = 0;
 * const box = { x: 7, y: 3, width: 2, height: 1, value: 1 };
 * const place = placeInWords(box, { height: 7, width: 10 }, { names: ["solder_dots", "board"], labels });
 * console.assert(place === "at the right solder dot");
 * ```
 */
export function placeInWords(box: Box, size: Size, { names, labels }: Segments, segment?: string): string {
  const [cx, cy] = [Math.floor(box.x + box.width / 2), Math.floor(box.y + box.height / 2)];
  const label = segment === undefined ? labels[cy * size.width + cx] : names.indexOf(segment);
  const name = names[label];
  const position = sideOf(cx / size.width, cy / size.height);
  // One segment is the whole picture, and says nothing.
  if (name === undefined || names.length < 2) return position === "" ? "in the middle" : `at the ${position}`;
  const parts = partsOf({ ...size, labels: labels.map((one) => one === label ? 1 : 0) });
  const word = /^(?:inner|outer|upper|lower|left|right|middle)$/.test(name)
    ? `${name} part`
    : name.replaceAll("_", " ");
  // "In part 3", and "in the wire".
  const the = /\d$/.test(word) ? "" : "the ";
  if (parts.length < 2) return `in ${the}${word}${position === "" ? "" : `, at the ${position}`}`;
  const one = /[^s]s$/.test(word) ? word.slice(0, -1) : word;
  const nearest = parts.reduce((a, b) => distance(b, cx, cy) < distance(a, cx, cy) ? b : a);
  const told = parts.length > TOLD ? undefined : amongOthers(nearest, parts);
  return told
    ? `at the ${told} ${one}`
    : `at ${the}${one}${position === "" ? " in the middle" : ` at the ${position}`}`;
}

/** A connected part of a segment. */
interface Part {
  readonly x: number;
  readonly y: number;
  readonly pixels: number;
}

function partsOf(plane: Parameters<typeof connectedComponents>[0]): Part[] {
  const { ids, labels, sizes } = connectedComponents(plane, true);
  const sums = sizes.map(() => ({ x: 0, y: 0 }));
  for (let at = 0; at < ids.length; at++) {
    sums[ids[at]].x += at % plane.width;
    sums[ids[at]].y += Math.floor(at / plane.width);
  }
  const own = sums.map(({ x, y }, id) => ({ x: x / sizes[id], y: y / sizes[id], pixels: sizes[id] }))
    .filter((_, id) => labels[id] === 1);
  const largest = Math.max(0, ...own.map(({ pixels }) => pixels));
  return own.filter(({ pixels }) => pixels >= CRUMB * largest);
}

function distance({ x, y }: Part, cx: number, cy: number): number {
  return Math.hypot(x - cx, y - cy);
}

/** "left" of two side by side, "upper left" of four; undefined where two would have one name. */
function amongOthers(part: Part, parts: readonly Part[]): string | undefined {
  const middle = { x: meanOf(parts.map(({ x }) => x)), y: meanOf(parts.map(({ y }) => y)) };
  const spread = {
    x: Math.max(...parts.map(({ x }) => Math.abs(x - middle.x))),
    y: Math.max(...parts.map(({ y }) => Math.abs(y - middle.y))),
  };
  const most = Math.max(spread.x, spread.y);
  const nameOf = ({ x, y }: Part) => {
    const word = (away: number, before: string, behind: string) =>
      Math.abs(away) < most / 4 ? "" : away < 0 ? before : behind;
    return [word(y - middle.y, "upper", "lower"), word(x - middle.x, "left", "right")].filter(Boolean).join(" ") ||
      "middle";
  };
  const own = nameOf(part);
  return parts.filter((other) => nameOf(other) === own).length === 1 ? own : undefined;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** By thirds; the middle has no name. */
function sideOf(x: number, y: number): string {
  const third = (share: number, before: string, behind: string) =>
    share < 1 / 3 ? before : share >= 2 / 3 ? behind : "";
  const [row, column] = [third(y, "upper", "lower"), third(x, "left", "right")];
  if (row === "" || column === "") return row === "" ? column : row === "upper" ? "top" : "bottom";
  return `${row} ${column}`;
}
