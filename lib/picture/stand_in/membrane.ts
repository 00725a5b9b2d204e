/** The aluminium membrane around the piezo, and the blurred housing above and below it. @module */
import { type Canvas, EVERYWHERE, mix, ramp, scan } from "./canvas.ts";
import { archBottom, archTop, discDepth, RING } from "./layout.ts";
import type { Membrane } from "./spec.ts";
import { at, between, noiseTile } from "./tiles.ts";

/** Three turns of a tile around the circle: streaks of about one pixel at the rim, without a seam. */
const TURN = 3 * 512 / (2 * Math.PI);
/** Directions in the table of the ring's brightness. */
const STEPS = 1024;

/** Paints everything outside the piezo. */
export function paintMembrane(canvas: Canvas, spec: Membrane): void {
  paintSheet(canvas, spec);
  paintRing(canvas, spec);
  paintLip(canvas);
  paintArch(canvas, spec);
  paintSill(canvas, spec);
}

/** How many further pixels of a row cannot reach what is `distance` away; a pose may scale by one in a hundred. */
function skippable(distance: number): number {
  return Math.floor(distance * 0.97);
}

/** The outer sheet: mottled, with bluish specks where the brush has bitten. */
function paintSheet(canvas: Canvas, spec: Membrane): void {
  const streak = noiseTile("streak"), grain = noiseTile("grain"), clump = noiseTile("clump");
  const cloud = noiseTile("cloud"), fine = noiseTile("fine");
  const [px, py] = spec.phase;
  const inner = RING.r - 1;
  scan(canvas, EVERYWHERE, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const u = u0 + k * du, v = v0 + k * dv;
      const x = u - RING.x, y = v - RING.y;
      const r = Math.sqrt(x * x + y * y);
      if (r < inner) {
        k += skippable(inner - r);
        continue;
      }
      const radial = at(streak, Math.atan2(y, x) * TURN + px, r + py), upright = at(streak, u + px, 0.6 * v + py);
      // One place serves all tiles, as they have nothing in common.
      const place = (v + py & 511) << 9 | (u + px & 511);
      const low = v < 250 ? 0 : ramp(250, 420, v);
      const bite = (0.45 * radial + 0.75 * upright) * (1 - 0.65 * low) + 0.35 * fine[place] +
        (0.75 * grain[place] + 0.4 * clump[place]) * (0.55 + 0.5 * low);
      const level = spec.tone + 4 + spec.contrast * (18 * bite + 9 * cloud[place]);
      const speck = bite > -0.2 ? 0 : ramp(0.6, 1.6, -bite - 0.35 * at(cloud, v, u + px)) * spec.speckle;
      const red = level - speck * (level - 62), green = level + 6 - speck * (level - 66);
      mix(canvas, first + k, 1, red, green, level + 14 - speck * (level - 74));
    }
  });
}

/** The flat ring: brushed across and scratched, with sectors that mirror the lamps, and a bright groove around it. */
function paintRing(canvas: Canvas, spec: Membrane): void {
  const streak = noiseTile("streak"), grain = noiseTile("grain"), clump = noiseTile("clump");
  const cloud = noiseTile("cloud"), fine = noiseTile("fine");
  const [px, py] = spec.phase;
  const sectors = Float32Array.from({ length: STEPS + 1 }, (_, k) => {
    const theta = 2 * Math.PI * k / STEPS - Math.PI, turn = theta - spec.turn;
    return 0.42 * Math.cos(2 * turn) + 0.26 * Math.cos(3 * turn + 1) + 0.34 * between(cloud, theta * TURN + py, 7);
  });
  const outer = RING.r + 4;
  scan(canvas, EVERYWHERE, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const u = u0 + k * du, v = v0 + k * dv;
      const x = u - RING.x, y = v - RING.y;
      const r = Math.sqrt(x * x + y * y), inside = discDepth(u, v);
      if (r > outer || inside > 3) {
        k += skippable(Math.max(r - outer, inside - 3));
        continue;
      }
      const theta = Math.atan2(y, x);
      const cover = ramp(RING.r + 0.8, RING.r - 0.8, r);
      if (cover > 0) {
        const sector = sectors[Math.floor((theta / (2 * Math.PI) + 0.5) * STEPS)];
        const place = (v + py & 511) << 9 | (u + px & 511);
        const scratched = 0.6 * between(streak, theta * TURN + px, r + py) + 0.48 * grain[place] + 0.36 * clump[place] +
          0.5 * fine[place];
        const level = spec.tone - 2 + 22 * sector + 72 * ramp(0.15, 1, sector + 0.16 * scratched) +
          spec.contrast * 8 * scratched;
        mix(canvas, first + k, cover, level - 2, level + 3, level + 6);
      }
      const groove = Math.abs(r - RING.r - 1.2);
      if (groove > 2.5) continue;
      const line = ramp(2.5, 0.4, groove) * (0.35 + 0.4 * at(clump, theta * TURN + px, 90));
      mix(canvas, first + k, line, 238, 240, 238);
    }
  });
}

/** The lip against the piezo: a shadow line and a bright edge that comes and goes. */
function paintLip(canvas: Canvas): void {
  const streak = noiseTile("streak"), cloud = noiseTile("cloud");
  scan(canvas, EVERYWHERE, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const u = u0 + k * du, v = v0 + k * dv;
      const outside = -discDepth(u, v);
      if (outside < -3 || outside > 7) {
        k += skippable(Math.max(-3 - outside, outside - 7));
        continue;
      }
      const theta = Math.atan2(v - RING.y, u - RING.x);
      const lit = ramp(-0.5, 0.9, Math.cos(theta - 2.4) + 0.5 * at(cloud, theta * TURN, 70));
      const edge = ramp(3.4, 0.8, Math.abs(outside - 3.4)) * (0.25 + 0.65 * lit);
      mix(canvas, first + k, edge * (0.75 + 0.3 * at(streak, theta * TURN, outside)), 232, 234, 228);
      mix(canvas, first + k, ramp(1.8, 0.2, Math.abs(outside - 0.4)) * 0.5, 84, 80, 66);
    }
  });
}

/** No arch reaches below this height, whatever its cloud: tiles have a deviation of 1. */
function archBound(u: number): number {
  const x = (u - 256) / 256;
  return 24 + 9 + 46 * x * x + 0.8 * 10;
}

/** The housing above: an arch of dark and bright lines, and the haze behind it. */
function paintArch(canvas: Canvas, spec: Membrane): void {
  const clump = noiseTile("clump"), cloud = noiseTile("cloud"), fine = noiseTile("fine");
  const [px, py] = spec.phase;
  scan(canvas, { ...EVERYWHERE, bottom: 85 }, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      if (discDepth(u, v) > 3 || v > archBound(u)) continue;
      const height = v - archTop(u) - 0.8 * at(cloud, u, py);
      if (height > 24) continue;
      const wave = Math.sin(height * 0.95 + 1.2 * at(cloud, u + py, 31)) * ramp(20, 3, height);
      const along = 0.6 * at(clump, u * 0.5 + px, height * 2 + py) + 0.4 * at(fine, u + px, height * 3);
      const metal = 96 + 34 * wave + 16 * along + 46 * ramp(9, 17, height);
      mix(canvas, i, ramp(23, 13, height), metal, metal + 4, metal + 6);
      const glint = ramp(1.6, 0.3, Math.abs(height - 6.5)) * ramp(0.1, 1.2, at(cloud, u + py, 200));
      mix(canvas, i, 0.7 * glint, 215, 220, 222);
      const haze = 82 + 5 * at(cloud, u, v + px) + 14 * ramp(300, 0, Math.abs(u - 256)) * ramp(-60, 0, height);
      mix(canvas, i, ramp(2.5, -3, height), haze, haze + 8, haze + 15);
    }
  });
}

/** The housing below: a soft dark band with golden corners. */
function paintSill(canvas: Canvas, spec: Membrane): void {
  const cloud = noiseTile("cloud");
  const [px, py] = spec.phase;
  scan(canvas, { ...EVERYWHERE, top: 435 }, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const u = u0 + k * du, v = v0 + k * dv;
      const depth = v - archBottom(u) - 1.5 * at(cloud, u + px, 77);
      if (depth < -7) continue;
      const gold = ramp(26, 4, u) * ramp(492, 508, v) + ramp(488, 508, u) * ramp(494, 508, v);
      const level = 84 - 24 * ramp(140, 20, u) * ramp(512, 470, v) + 7 * at(cloud, u, v + py);
      mix(canvas, first + k, ramp(-5, 5, depth), level + 52 * gold, level + 9 + 34 * gold, level + 17 - 4 * gold);
    }
  });
}

/** How much of a pixel the piezo's disc covers. */
export function discCover(u: number, v: number): number {
  const depth = discDepth(u, v);
  return depth <= -0.7 ? 0 : depth >= 0.7 ? 1 : (depth + 0.7) / 1.4;
}
