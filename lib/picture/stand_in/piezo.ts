/** The piezo: border, notch, textured middle and the dark spot. @module */
import { boxOf, type Canvas, depth, mix, radii, ramp, scaleBy, scan } from "./canvas.ts";
import { DISC, discDepth, middleDepth, notchDistance } from "./layout.ts";
import { discCover } from "./membrane.ts";
import type { Piezo, Spot } from "./spec.ts";
import { at, between, noiseTile } from "./tiles.ts";
import { weaveTile } from "./weave.ts";

const BOX = { left: DISC.x - DISC.r, right: DISC.x + DISC.r, top: DISC.y - DISC.r, bottom: DISC.y + DISC.r };

/** Paints the disc. */
export function paintPiezo(canvas: Canvas, spec: Piezo): void {
  const weave = weaveTile(spec.texture);
  const grain = noiseTile("grain"), clump = noiseTile("clump"), cloud = noiseTile("cloud"), fine = noiseTile("fine");
  const [px, py] = spec.phase;
  const cos = Math.cos(spec.angle), sin = Math.sin(spec.angle);
  scan(canvas, BOX, (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      const cover = discCover(u, v);
      if (cover === 0) continue;
      const place = (v + py & 511) << 9 | (u + px & 511);
      const ragged = 0.6 * at(grain, 1.25 * u + px, 1.25 * v + py) + 0.3 * clump[place];
      const middle = ramp(-0.9, 0.9, middleDepth(u, v) + ragged);
      let red = 0, green = 0, blue = 0;
      if (middle < 1) {
        // A coat darkens the upper part of the border; it ends in a wobbling line on either side.
        const end = (u < 256 ? spec.coat[0] : spec.coat[1]) + 4 * at(clump, u + px, v);
        const thick = ramp(60, 230, u) * (1 - 0.35 * ramp(300, 470, u));
        const coat = ramp(end + 4, end - 4, v) * spec.coatStrength * (0.5 + 0.5 * thick);
        const rim = ramp(16, 0, discDepth(u, v));
        const base = spec.border - 26 * ramp(330, 480, v) * ramp(230, 40, Math.abs(u - 256)) - 14 * rim +
          3 * cloud[place] + 1.6 * fine[place] + 1.2 * grain[place];
        const dark = 60 + 16 * ramp(150, 60, u) + 3 * at(clump, u + py, v);
        red = base - coat * (base - dark);
        green = base + 1 - coat * (base + 1 - dark);
        blue = base - 3 - coat * (base - 3 - dark + 10);
      }
      if (middle > 0) {
        const x = cos * (u - 256) + sin * (v - 256), y = -sin * (u - 256) + cos * (v - 256);
        const relief = between(weave, x + px, y + py);
        const side = Math.abs(u - 256) / 196;
        const inner = notchDistance(u, v) < 0;
        const tone = spec.tone + spec.slope * ((v - 256) / 200) + 16 * ramp(0.55, 1, side) +
          3.5 * cloud[place] + (inner ? 8 : 0);
        // Threads shine less where the surface lies in the reflection of the dark lens, in the upper middle.
        const lens = 1 - 0.45 * ramp(190, 40, Math.sqrt((u - 265) ** 2 + (v - 190) ** 2));
        const light = tone + spec.contrast * relief * lens * (inner ? 0.8 : 1);
        const cool = ramp(120, 190, light);
        red += middle * (light - 4 - 3 * cool - red);
        green += middle * (light + 1 + 2 * cool - green);
        blue += middle * (light + 4 + 4 * cool - blue);
      }
      mix(canvas, i, cover, red, green, blue);
    }
  });
}

/** Paints the dark spot: it darkens the surface, which stays visible in it. */
export function paintSpot(canvas: Canvas, spec: Spot): void {
  const table = radii(spec);
  const grain = noiseTile("grain"), cloud = noiseTile("cloud");
  scan(canvas, boxOf(spec, 4), (first, count, u0, v0, du, dv) => {
    for (let k = 0; k < count; k++) {
      const i = first + k, u = u0 + k * du, v = v0 + k * dv;
      const inward = (1 - depth(spec, table, u, v)) * spec.rx + 0.6 * at(grain, u, v);
      const cover = ramp(-0.9, 0.9, inward);
      if (cover === 0) continue;
      const tone = spec.tone + 0.02 * at(cloud, u, v) - 0.07 * ramp(3, 0, inward);
      scaleBy(canvas, i, 1 - cover * (1 - tone));
    }
  });
}
