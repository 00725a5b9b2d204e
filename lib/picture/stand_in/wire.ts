/** Wires: thin round metal, with a shadow on the piezo. @module */
import { type Canvas, mix, ramp } from "./canvas.ts";
import { along, curve, lengthOf } from "./curve.ts";
import type { Point, Wire } from "./spec.ts";
import { at, noiseTile } from "./tiles.ts";

/** Paints a wire and its shadow. */
export function paintWire(canvas: Canvas, spec: Wire): void {
  const line = curve(spec.points);
  const total = lengthOf(line);
  const half = spec.width / 2;
  const clump = noiseTile("clump"), grain = noiseTile("grain");
  const shadow = line.map(([x, y]): Point => [x + 2.2, y + 2.6]);
  along(canvas, shadow, half + 3.5, (i, side, walked) => {
    const strength = 0.26 * ramp(half + 3.5, half - 0.5, Math.abs(side)) * ramp(0, spec.fade + 14, walked);
    mix(canvas, i, strength, 72, 75, 76);
  });
  along(canvas, line, half + 1.2, (i, side, walked, u, v) => {
    const cover = ramp(half + 0.8, half - 0.7, Math.abs(side)) * ramp(-1, Math.max(1, spec.fade), walked);
    if (cover === 0) return;
    const across = side / half;
    const round = 1 - 0.85 * Math.min(1, Math.abs(across)) ** 2;
    const silver = spec.sheen * ramp(0.55, 0.05, walked / total) * ramp(0.75, 0.1, Math.abs(across + 0.15));
    let level = spec.tone - 24 + 38 * round + silver + 5 * at(clump, walked, across * 3) + 4 * at(grain, u, v);
    let brown = 0;
    if (spec.burn) {
      const near = ramp(spec.burn.reach, spec.burn.reach * 0.4, Math.abs(walked / total - spec.burn.at));
      const black = near * spec.burn.strength;
      level -= black * (level - 26 - 6 * at(grain, u, v));
      brown = 9 * black;
    }
    mix(canvas, i, cover, level - 3 + brown, level + 1, level + 4 - brown);
  });
  if (spec.burn) paintSoot(canvas, line, total, spec.burn);
}

/** The smoke that a burned wire leaves on the piezo. */
function paintSoot(canvas: Canvas, line: readonly Point[], total: number, burn: NonNullable<Wire["burn"]>): void {
  const clump = noiseTile("clump");
  along(canvas, line, 16, (i, side, walked, u, v) => {
    const near = ramp(burn.reach * 1.2, 0, Math.abs(walked / total - burn.at));
    const spread = ramp(15, 1, Math.abs(side) + 2.5 * at(clump, u, v));
    mix(canvas, i, 0.5 * burn.strength * near * spread, 62, 55, 46);
  });
}
