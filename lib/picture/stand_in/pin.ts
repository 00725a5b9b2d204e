/** The two pins that stand before the piezo: sharp at the top, far out of focus at the bottom. @module */
import { add, type Canvas, mix, ramp, scan } from "./canvas.ts";
import type { Pin } from "./spec.ts";
import { between, noiseTile } from "./tiles.ts";

/** Paints a pin with its foot. */
export function paintPin(canvas: Canvas, spec: Pin): void {
  const cloud = noiseTile("cloud"), clump = noiseTile("clump");
  const half = spec.width / 2;
  const lean = Math.sign(spec.tilt);
  const footY = 428;
  const footX = spec.x + spec.tilt * (footY - spec.y);
  const box = { left: footX - 95, right: footX + 95, top: spec.y - 12, bottom: 530 };
  scan(
    canvas,
    { ...box, left: Math.min(box.left, spec.x - 60), right: Math.max(box.right, spec.x + 60) },
    (first, count, u0, v0, du, dv) => {
      for (let k = 0; k < count; k++) {
        const i = first + k, u = u0 + k * du, v = v0 + k * dv;
        const down = v - spec.y;
        const blur = spec.softness * (1.8 + Math.max(0, down) * 0.075);
        const middle = spec.x + spec.tilt * down;
        const side = Math.abs(u - middle);
        if (v < footY - 40 && side > half + blur) continue;
        // Out of focus, the edges are a lighter veil through which the piezo shows.
        const top = ramp(
          -1.2 * spec.softness,
          2.6 * spec.softness,
          down + 0.06 * (u - middle) * lean - ramp(half - 7, half + 1, side) * 2,
        );
        const end = ramp(footY + 12, footY - 22, v);
        const veil = ramp(half + blur * 0.9, half - blur * 0.7, side) * top * ramp(footY + 20, footY, v);
        if (veil > 0) mix(canvas, i, veil * 0.8, 141, 145, 147);
        const grown = ramp(half - 1 + blur * 0.15, half - 2 - blur * 0.95, side) * top;
        if (grown > 0) {
          const light = ramp(90, 160, down) * 34 + ramp(12, 2, down) * 16 + ramp(120, 175, down) * 14;
          const level = spec.tone + light + 4 * between(cloud, u + spec.phase, v) +
            3 * between(clump, u * 0.25, v * 0.9 + spec.phase) - 5 * ramp(0.3, 1, (u - middle) * lean / half);
          mix(canvas, i, grown * (0.55 + 0.45 * end) * ramp(footY + 26, footY - 8, v), level - 5, level + 3, level + 8);
        }
        if (v < footY - 40) continue;
        // The foot: a light bar across, a pale post below it, and a golden contact in its shade.
        const fx = (u - footX) * lean, fy = v - footY;
        const post = soft(fx + 8, -30, 26, 9) * ramp(2, 22, fy);
        if (post > 0) {
          const level = 147 + 6 * between(cloud, u, v + spec.phase) + 26 * soft(fx + 2, -13, 13, 9) * ramp(50, 80, fy);
          mix(canvas, i, post * 0.9, level - 3, level + 1, level + 4);
        }
        const gold = soft(fx, -37, -3, 9) * soft(fy, 24, 50, 9);
        const deep = ramp(46, 28, fy);
        if (gold > 0) mix(canvas, i, gold * 0.85, 112 - 32 * deep, 90 - 22 * deep, 54 - 4 * deep);
        const bar = soft(fx + 0.1 * fy, -42, 34, 8) * soft(fy + fx * 0.12, -6, 18, 8);
        if (bar > 0) mix(canvas, i, bar * 0.9, 158, 168, 172);
        const gleam = soft(fx, 2, 20, 6) * soft(fy, 62, 95, 12);
        if (gleam > 0) add(canvas, i, gleam * 38);
      }
    },
  );
}

/** 1 between two places, with soft ends. */
function soft(value: number, from: number, to: number, width: number): number {
  return ramp(from - width, from + width, value) * ramp(to + width, to - width, value);
}
