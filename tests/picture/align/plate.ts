/** A drawn part that may lie anywhere. @module */
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { type Photo, photo } from "../../../lib/domain.ts";

/** A plate with a hole, a bar and a notch, drawn at any pose: nothing is resampled. A bad one has a scratch. */
export function plate(
  { dx = 0, dy = 0, angle = 0, light = 1, seed = 0, height = 120, width = 160, bad = false } = {},
): Photo {
  const random = seededRandom(seed);
  const data = new Uint8Array(height * width * 3);
  const [c, s] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)];
  const soft = (distance: number) => 1 / (1 + Math.exp(distance));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x - (width - 1) / 2 - dx, y - (height - 1) / 2 - dy];
      const [u, v] = [c * px + s * py, c * py - s * px];
      const body = soft(Math.max(Math.abs(u) - 50, Math.abs(v) - 35));
      const grey = 40 + 110 * body - 70 * soft(Math.hypot(u + 20, v - 8) - 12) +
        60 * soft(Math.max(Math.abs(u - 22) - 5, Math.abs(v) - 25)) -
        80 * soft(Math.max(Math.abs(u - 40) - 8, Math.abs(v + 28) - 8)) +
        (bad ? 14 * soft(Math.max(Math.abs(u + v - 8) - 2, Math.abs(u - v) - 18)) : 0);
      data.fill(
        Math.max(0, Math.min(255, light * grey + 3 * random.normal())),
        3 * (y * width + x),
        3 * (y * width + x) + 3,
      );
    }
  }
  return photo([height, width, 3], data);
}
