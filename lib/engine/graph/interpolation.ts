/** Resizing along one axis as a matrix. @module */

/**
 * The weights of old pixels in new ones, as the Resize operator has them.
 *
 * @param order "rows": [to, from], a row a new pixel; "columns": [from, to]
 */
export function interpolation(
  from: number,
  to: number,
  mode: "bilinear" | "corners" | "nearest",
  order: "rows" | "columns",
): number[] {
  const weights = new Array<number>(from * to).fill(0);
  const put = (old: number, made: number, weight: number) => {
    weights[order === "rows" ? made * from + old : old * to + made] += weight;
  };
  for (let i = 0; i < to; i++) {
    if (mode === "nearest") {
      put(Math.min(from - 1, Math.floor(i * from / to)), i, 1);
      continue;
    }
    const wanted = mode === "corners" ? to === 1 ? 0 : i * (from - 1) / (to - 1) : (i + 0.5) * from / to - 0.5;
    const place = Math.min(Math.max(wanted, 0), from - 1);
    const low = Math.floor(place);
    put(low, i, 1 - (place - low));
    if (low + 1 < from) put(low + 1, i, place - low);
  }
  return weights;
}
