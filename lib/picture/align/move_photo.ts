/** A picture as if its part lay where it should. @module */
import { type Photo, photo } from "../../domain.ts";
import type { Pose } from "./pose.ts";

/**
 * The picture as if its part lay where it should; `angle` in radians. Bilinear. What the camera has not seen is taken from the
 * usual picture, in the light of this one: it is unknown, and not strange.
 */
export function movePhoto(picture: Photo, { dx, dy, angle }: Pose, usual: Photo): Photo {
  const { data, shape: [height, width] } = picture;
  const moved = photo([height, width, 3]);
  const [c, s, mx, my] = [Math.cos(angle), Math.sin(angle), (width - 1) / 2, (height - 1) / 2];
  const [right, down] = [width > 1 ? 3 : 0, height > 1 ? 3 * width : 0];
  const light = meanOf(picture) / Math.max(1, meanOf(usual));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x - mx, y - my];
      const [sx, sy] = [mx + c * px - s * py + dx, my + s * px + c * py + dy];
      const to = 3 * (y * width + x);
      if (sx < 0 || sy < 0 || sx > width - 1 || sy > height - 1) {
        for (let k = 0; k < 3; k++) moved.data[to + k] = Math.min(255, Math.round(light * usual.data[to + k]));
        continue;
      }
      const [x0, y0] = [
        Math.min(Math.max(0, width - 2), Math.floor(sx)),
        Math.min(Math.max(0, height - 2), Math.floor(sy)),
      ];
      const [fx, fy] = [sx - x0, sy - y0];
      const from = 3 * (y0 * width + x0);
      for (let k = 0; k < 3; k++) {
        const at = from + k;
        const value = (data[at] * (1 - fx) + data[at + right] * fx) * (1 - fy) +
          (data[at + down] * (1 - fx) + data[at + down + right] * fx) * fy;
        moved.data[to + k] = Math.round(value);
      }
    }
  }
  return moved;
}

function meanOf({ data }: Photo): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum / data.length;
}
