/** Shifts by which two planes go together, found by trying all of them on small planes. @module */
import { SIDE } from "./square_plane.ts";

/** How much smaller planes are on which all shifts are tried, and how many of these are followed. */
export const [COARSE, FOLLOWED] = [4, 2];

/**
 * The shifts by which two planes go best together, each by what both then show. Phases see edges; where a part has few, as one
 * grey area has, this sees the area.
 */
export function likelyShifts(first: Float64Array, second: Float64Array, most: number): { dx: number; dy: number }[] {
  const [a, b] = [coarse(first), coarse(second)];
  const side = SIDE / COARSE;
  const reach = Math.floor(most / COARSE);
  const found: { dx: number; dy: number; goes: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) found.push({ dx, dy, goes: together(a, b, side, dx, dy) });
  }
  const best: typeof found = [];
  for (const one of found.sort((x, y) => y.goes - x.goes)) {
    if (best.every(({ dx, dy }) => Math.hypot(dx - one.dx, dy - one.dy) > 2)) best.push(one);
    if (best.length === FOLLOWED) break;
  }
  return best.map(({ dx, dy }) => ({ dx: dx * COARSE, dy: dy * COARSE }));
}

/** The correlation of what two planes share where the second is moved back. */
function together(a: Float64Array, b: Float64Array, side: number, dx: number, dy: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
    for (let x = Math.max(0, -dx); x < Math.min(side, side - dx); x++) {
      const p = a[y * side + x];
      const q = b[(y + dy) * side + x + dx];
      n++;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  const [va, vb] = [saa - sa * sa / n, sbb - sb * sb / n];
  return va > 1e-9 && vb > 1e-9 ? (sab - sa * sb / n) / Math.sqrt(va * vb) : -1;
}

function coarse(plane: Float64Array): Float64Array {
  const side = SIDE / COARSE;
  const means = new Float64Array(side * side);
  for (let at = 0; at < plane.length; at++) {
    means[Math.floor(at / SIDE / COARSE) * side + Math.floor(at % SIDE / COARSE)] += plane[at] / COARSE ** 2;
  }
  return means;
}
