/** Solder dots and balls: metal domes under a ring light, dark at the rim and bright in the middle. @module */
import { boxOf, type Canvas, depth, mix, radii, ramp, scan } from "./canvas.ts";
import type { Ball, Solder } from "./spec.ts";
import { at, between, noiseTile } from "./tiles.ts";

/** Paints a dot and the flux around it. */
export function paintSolder(canvas: Canvas, spec: Solder): void {
  const table = radii(spec);
  paintFlux(canvas, spec, table);
  const clump = noiseTile("clump"), grain = noiseTile("grain"), fine = noiseTile("fine"), cloud = noiseTile("cloud");
  const streak = noiseTile("streak");
  const [px, py] = spec.phase;
  const r = (spec.rx + spec.ry) / 2;
  const shineX = spec.x + spec.shineX * spec.rx, shineY = spec.y + spec.shineY * spec.ry;
  scan(canvas, boxOf(spec, 3), (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      const out = depth(spec, table, u, v);
      const inward = (1 - out) * r + 0.5 * at(grain, u + px, v + py);
      const cover = ramp(-1, 0.9, inward);
      if (cover === 0) continue;
      const x = (u - shineX) / spec.rx, y = (v - shineY) / spec.ry;
      const far = Math.sqrt(x * x + y * y);
      // The slope of the dome tells what it mirrors: the lens in the middle, the ring of lamps, the dark room at the rim.
      const flow = between(clump, 0.9 * u + px, 0.9 * v + py), swirl = between(cloud, 1.6 * u + py, 1.6 * v + px);
      const ripple = between(clump, 2.3 * u + py + 9 * flow, 2.3 * v + px + 9 * swirl);
      const brush = between(streak, (x * 0.8 + y) * 60 + px, (y - x * 0.8) * 60 + py);
      const slope = far + (0.07 * swirl + 0.04 * flow + 0.022 * ripple) * (1 + spec.rough);
      const ring = ramp(spec.shine + 0.24, spec.shine - 0.2, slope);
      const bowl = ramp(0.26, 0.05, slope) * (0.8 + 0.3 * flow);
      const second = ramp(0.78, 0.9, out + 0.04 * flow) * ramp(1.02, 0.93, out) * ramp(-0.2, 1.3, swirl);
      const rim = spec.rim - 13 + 9 * swirl + 6 * flow + 4 * ripple + 3 * at(grain, u, v + py) + 46 * second +
        30 * ramp(0.9, 1.9, ripple) * ramp(0.95, 0.75, out);
      const metal = 204 + 12 * ripple + 5 * brush + 11 * flow + 5 * at(fine, u, v + px) - bowl * (70 + 18 * ripple) +
        34 * ramp(0.6, 1.8, ripple + 0.4 * brush);
      let level = rim + ring * (metal - rim);
      if (spec.rough > 0) {
        level += spec.rough * (15 * at(grain, u + 3 * px, v) + 20 * at(clump, 2 * u, 2 * v + px) - 16);
      }
      if (spec.crease) level = creased(level, spec.crease, shineX, shineY, u, v);
      level -= ramp(3.2, 0.3, inward) * (level - 34) * 0.75;
      if (level < 22) level = 22 + (level - 22) * 0.2;
      const charred = spec.burn * ramp(1.5, -0.9, between(clump, u, v + py) - 1.6 * (spec.burn - 0.35));
      const cool = ring * 5;
      const black = 30 + 9 * at(grain, u, v) + 0.12 * level;
      mix(
        canvas,
        i,
        cover,
        level - cool + charred * (black + 9 - level + cool),
        level + 1 + charred * (black - level),
        level + 3 + cool * 0.6 + charred * (black - 8 - level - 3 - cool * 0.6),
      );
    }
  });
}

/** The fold that the wire pulls into the solder: two bright flanks and a dark line from the shine to the wire. */
function creased(level: number, to: readonly [number, number], x0: number, y0: number, u: number, v: number): number {
  const dx = to[0] - x0, dy = to[1] - y0;
  const length = Math.sqrt(dx * dx + dy * dy) + 1e-6;
  const along = ((u - x0) * dx + (v - y0) * dy) / length;
  const t = along / length;
  if (t < 0.45 || t > 1.2) return level;
  const side = Math.abs((u - x0) * dy - (v - y0) * dx) / length;
  const width = 1.6 + 7.5 * Math.max(0, 1 - t);
  const flank = ramp(2.6, 0.5, Math.abs(side - width)) * ramp(0.45, 0.75, t) * ramp(1.1, 1, t);
  const core = ramp(width, width - 2.5, side) * ramp(0.5, 0.9, t) * ramp(1.12, 1.04, t);
  return level + flank * (226 - level) * 0.8 - core * (level - 70) * 0.5;
}

/** Olive, glassy flux beside the dot, with a bright line where its edge mirrors the lamp. */
function paintFlux(canvas: Canvas, spec: Solder, table: Float64Array): void {
  const { dx, dy, alpha, grow } = spec.flux;
  if (alpha <= 0) return;
  const clump = noiseTile("clump"), cloud = noiseTile("cloud");
  const pool = { ...spec, x: spec.x + dx, y: spec.y + dy, rx: spec.rx + grow, ry: spec.ry + grow };
  scan(canvas, boxOf(pool, 5), (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      const inward = (1 - depth(pool, table, u, v)) * pool.rx + 1.2 * at(clump, u + spec.phase[0], v);
      const cover = ramp(-1.4, 1.8, inward) * alpha;
      if (cover === 0) continue;
      const tone = 92 + 8 * at(cloud, u, v) + 4 * at(clump, u, v);
      mix(canvas, i, cover * 0.75, tone, tone, tone - 9);
      const gleam = ramp(2.2, 0.4, Math.abs(inward - 3.5)) * ramp(0.2, 1.3, at(cloud, u + spec.phase[1], v));
      mix(canvas, i, gleam * alpha * 0.8, 205, 210, 204);
    }
  });
}

/** Paints a small ball with its shadow and its point of light. */
export function paintBall(canvas: Canvas, ball: Ball): void {
  const { x, y, r, alpha } = ball;
  const grain = noiseTile("grain");
  scan(
    canvas,
    { left: x - 2.6 * r, right: x + 2.6 * r, top: y - 2.6 * r, bottom: y + 2.6 * r },
    (first, count, u0, v0, du, dv) => {
      for (let k = 0; k < count; k++) {
        const i = first + k, u = u0 + k * du, v = v0 + k * dv;
        const far = Math.sqrt((u - x) ** 2 + (v - y) ** 2);
        mix(canvas, i, ramp(2 * r + 1, 0.7 * r, far) * 0.3 * alpha, 96, 97, 92);
        mix(canvas, i, ramp(1.2, 0.2, Math.abs(far - 1.9 * r)) * 0.16 * alpha * (r > 3 ? 1 : 0), 215, 220, 218);
        const cover = ramp(r + 0.8, r - 0.8, far) * alpha;
        if (cover === 0) continue;
        const shine = ramp(0.5, 0.1, Math.sqrt((u - x + 0.1 * r) ** 2 + (v - y + 0.15 * r) ** 2) / r);
        const level = 58 + 34 * ramp(0.95, 0.5, far / r) + 120 * shine + 7 * at(grain, u, v);
        mix(canvas, i, cover, level, level + 2, level + 3);
      }
    },
  );
}
