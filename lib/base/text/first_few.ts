/** Long lists in messages. @module */

/**
 * The first three of some names, and how many more there are.
 *
 * @param count how many there are, where `names` are the first of them alone
 */
export function firstFew(names: readonly string[], count: number = names.length): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  return count > 3 ? `${shown} and ${count - 3} more` : shown;
}
