/** A Gaussian over a map, as a graph. @module */
import { conv, mul } from "./ops.ts";
import { literal, toLiteral } from "./value.ts";
import type { Value } from "./value.ts";

/**
 * Blurs f32[N,1,height,width]; near the border each place is weighed by what of the window lies within.
 *
 * @param sigma standard deviation in steps of the grid; the window reaches 4·sigma
 */
export function blurred(
  map: Value<"f32">,
  { height, width }: { readonly height: number; readonly width: number },
  sigma: number,
): Value<"f32"> {
  const radius = Math.max(1, Math.floor(4 * sigma + 0.5));
  const taps = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const inside = (size: number) =>
    Array.from(
      { length: size },
      (_, at) => taps.reduce((sum, tap, i) => at + i - radius >= 0 && at + i - radius < size ? sum + tap : sum, 0),
    );
  const across = inside(width);
  const shares = inside(height).flatMap((down) => across.map((right) => 1 / (down * right)));
  const down = conv(map, literal(toLiteral("f32", taps, [1, 1, taps.length, 1])), { pads: [radius, 0, radius, 0] });
  const both = conv(down, literal(toLiteral("f32", taps, [1, 1, 1, taps.length])), { pads: [0, radius, 0, radius] });
  return mul(both, literal(toLiteral("f32", shares, [1, 1, height, width])));
}
