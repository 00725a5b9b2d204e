/** Long lists in messages. @module */

/** The first three of some names, and how many more there are. */
export function firstFew(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
