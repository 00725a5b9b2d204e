/** Text that a terminal shows and does not obey. @module */

/**
 * A text with its control characters written out, and those that turn the direction of writing; line breaks and tabs stay. A
 * file's name may hold them, and a terminal would take colours, titles and moves of the cursor from it.
 *
 * ```ts
 * import { visible } from "./visible.ts";
 * console.assert(visible("a\u001b[31m.png") === "a\\u{1b}[31m.png");
 * ```
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => /[\n\t]/.test(character) ? character : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}
