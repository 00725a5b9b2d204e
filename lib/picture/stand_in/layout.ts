/**
 * Where the components of a part lie, in pixels of the 512 × 512 picture. The drawing and the static segment map both
 * follow it.
 * @module
 */

/** The disc of the piezo with its border. */
export const DISC = { x: 255, y: 256, r: 225 } as const;

/** The light middle of the piezo. */
export const MIDDLE = { x: 256, y: 250, rx: 197, ry: 200 } as const;

/** The flat ring of the membrane ends here. */
export const RING = { x: 259, y: 258, r: 252 } as const;

/** The notch: a band along a corner that is rounded around `x`, `y`. */
export const NOTCH = { x: 190, y: 90, r: 74, half: 14 } as const;

/** The middles of the solder dots, left and right. */
export const SOLDER = [{ x: 178, y: 98, r: 48 }, { x: 355, y: 116, r: 44 }] as const;

/** The middles of the pins' upper edges. */
export const PIN = [{ x: 138, y: 261, width: 48, tilt: -0.16 }, { x: 374, y: 244, width: 48, tilt: 0.23 }] as const;

/** The dark round spot. */
export const SPOT = { x: 257, y: 358, r: 27 } as const;

/** Signed distance to the middle line of the notch; negative on the side of the left solder dot. */
export function notchDistance(u: number, v: number): number {
  const x = u - NOTCH.x, y = v - NOTCH.y;
  if (x > 0 && y > 0) return Math.sqrt(x * x + y * y) - NOTCH.r;
  return Math.max(x, y) - NOTCH.r;
}

/** Distance to the edge of the disc, positive inside. */
export function discDepth(u: number, v: number): number {
  const x = u - DISC.x, y = v - DISC.y;
  return DISC.r - Math.sqrt(x * x + y * y);
}

/** Distance to the light area, positive inside, about exact near its edge. */
export function middleDepth(u: number, v: number): number {
  const notch = notchDistance(u, v);
  if (notch < 0) return Math.min(-notch - NOTCH.half, discDepth(u, v) - 1.5);
  const x = (u - MIDDLE.x) / MIDDLE.rx, y = (v - MIDDLE.y) / MIDDLE.ry;
  const ellipse = (1 - Math.sqrt(x * x + y * y)) * (MIDDLE.rx + MIDDLE.ry) / 2;
  return Math.min(ellipse, notch - NOTCH.half);
}

/** The height of the housing's upper edge, which arches over the piezo. */
export function archTop(u: number): number {
  const x = (u - 256) / 256;
  return 4 + 46 * x * x + 5 * Math.cos(9 * x) * Math.exp(-x * x * 4);
}

/** The height of the housing's lower edge. */
export function archBottom(u: number): number {
  const x = (u - 258) / 256;
  return 499 - 42 * x * x * (0.6 + 0.4 * x * x);
}
