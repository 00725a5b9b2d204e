/** Pictures whose part is moved and turned, by a way of resampling of their own. @module */
import { type Photo, photo } from "../../../lib/domain.ts";
import type { Pose } from "../../../lib/picture/align/pose.ts";

/** A picture whose part is moved by pixels and turned clockwise by degrees about the middle; the border goes on outside. */
export function moved({ data, shape: [height, width] }: Photo, { dx, dy, angle }: Pose): Photo {
  const out = new Uint8Array(data.length);
  const [c, s] = [Math.cos(-angle * Math.PI / 180), Math.sin(-angle * Math.PI / 180)];
  const [mx, my] = [(width - 1) / 2, (height - 1) / 2];
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x - mx - dx, y - my - dy];
      const [sx, sy] = [clamp(mx + c * px - s * py, width - 1), clamp(my + s * px + c * py, height - 1)];
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [ox, wx] of [[0, 1 - (sx - x0)], [1, sx - x0]]) {
          for (const [oy, wy] of [[0, 1 - (sy - y0)], [1, sy - y0]]) {
            sum += wx * wy * data[3 * (clamp(y0 + oy, height - 1) * width + clamp(x0 + ox, width - 1)) + channel];
          }
        }
        out[3 * (y * width + x) + channel] = Math.round(sum);
      }
    }
  }
  return photo([height, width, 3], out);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
