/** What a misspelt name was meant to be. @module */

/** The names most like a wanted one: first those that contain it, then by edits. */
export function nearest(wanted: string, names: readonly string[], count: number): string[] {
  const low = wanted.toLowerCase();
  const ranked = names.map((name) => {
    const other = name.toLowerCase();
    return { name, inside: low !== "" && other.includes(low) ? 0 : 1, far: edits(low, other) };
  });
  return ranked.sort((a, b) => a.inside - b.inside || a.far - b.far).slice(0, count).map(({ name }) => name);
}

/** Levenshtein's distance. */
export function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
