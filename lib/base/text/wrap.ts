/** Lines that fit a terminal. @module */

/**
 * Breaks a line at spaces; what follows is indented. A word that is longer than a line stays whole.
 *
 * ```ts
 * import { wrap } from "./wrap.ts";
 * console.assert(wrap("Model:   it is set to catch", 20, 9) === "Model:   it is set\n         to catch");
 * ```
 */
export function wrap(line: string, width: number, indent: number): string {
  const cut = line.lastIndexOf(" ", width);
  if (line.length <= width || cut <= indent) return line;
  return `${line.slice(0, cut)}\n${wrap(" ".repeat(indent) + line.slice(cut + 1), width, indent)}`;
}
