/**
 * Pictures to distil a teacher on, drawn by number: three in four are sheets of overlapping shapes with textures of many kinds
 * (as "dead leaves", Lee, Mumford and Huang 2001: their edges, occlusions and spectra are those of photographs), one in four is a
 * part of the stand-in, whole or enlarged, of seeds that nothing is judged on.
 * @module
 */
import { seededRandom } from "../../lib/base/tensor/random.ts";
import type { Random } from "../../lib/base/tensor/random.ts";
import { gaussianBlur } from "../../lib/picture/change/blur.ts";
import { toImage } from "../../lib/picture/image/image.ts";
import { resizePhoto } from "../../lib/picture/image/resize.ts";
import { DEFECT_KINDS } from "../../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../lib/picture/stand_in/render.ts";
import { noiseTile, type TileName } from "../../lib/picture/stand_in/tiles.ts";

const TILES: readonly TileName[] = ["white", "fine", "grain", "clump", "cloud", "streak"];
const TILE = 512;
/** Of the parts; what is judged is drawn from other seeds. */
const PARTS = 90_001;

/**
 * A picture by its number: f32[3·side·side], 0 to 1, plane by plane. The same number gives the same bytes.
 *
 * @param number a whole number from 0
 */
export function teacherPicture(number: number, side: number): Float32Array<ArrayBuffer> {
  const random = seededRandom((Math.imul(number + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0);
  return number % 4 === 3 ? partPicture(number, side, random) : leaves(side, random);
}

/** A part, whole or a square of it enlarged. */
function partPicture(number: number, side: number, random: Random): Float32Array<ArrayBuffer> {
  const kind = random.below(2) === 0 ? "good" : DEFECT_KINDS[random.below(DEFECT_KINDS.length)];
  const photo = renderPart(partSpec({ seed: PARTS, index: number, kind }));
  const [height, width] = photo.shape.map(Number);
  const square = Math.round(height * (0.4 + 0.6 * random.uniform()));
  const [top, left] = [random.below(height - square + 1), random.below(width - square + 1)];
  const data = new Uint8Array(square * square * 3);
  for (let y = 0; y < square; y++) {
    const from = ((top + y) * width + left) * 3;
    data.set(photo.data.subarray(from, from + 3 * square), y * square * 3);
  }
  const cut = { ...photo, shape: [square, square, 3] as const, data };
  return new Float32Array(toImage([resizePhoto(cut, { height: side, width: side })]).data);
}

/** A colour around a grey: most things that are inspected have little. */
function colourOf(random: Random): readonly [number, number, number] {
  const grey = random.uniform();
  const tint = 0.5 * random.uniform() ** 2;
  return [0, 1, 2].map(() => grey + tint * (random.uniform() - 0.5)) as [number, number, number];
}

/** What a shape is filled with, by place. */
function textureOf(random: Random): (y: number, x: number) => number {
  const tile = noiseTile(TILES[random.below(TILES.length)]);
  const [top, left, turned] = [random.below(TILE), random.below(TILE), random.below(2) === 1];
  const rough = 0.15 * random.uniform() ** 2;
  const [angle, period] = [Math.PI * random.uniform(), 3 + 37 * random.uniform() ** 2];
  const [down, across] = [2 * Math.PI * Math.sin(angle) / period, 2 * Math.PI * Math.cos(angle) / period];
  const striped = random.uniform() < 0.25 ? 0.2 * random.uniform() : 0;
  const [slopeY, slopeX] = [0.002 * (random.uniform() - 0.5), 0.002 * (random.uniform() - 0.5)];
  return (y, x) => {
    const [row, column] = turned ? [x, y] : [y, x];
    const noise = tile[((row + top) & (TILE - 1)) * TILE + ((column + left) & (TILE - 1))];
    const stripes = striped === 0 ? 0 : striped * Math.sin(down * y + across * x);
    return rough * noise + stripes + slopeY * y + slopeX * x;
  };
}

/** Whether a place, in radii from the middle along two turned axes, lies in the shape. */
const SHAPES: readonly ((v: number, u: number) => boolean)[] = [
  (v, u) => v * v + u * u < 1,
  (v, u) => Math.abs(v) < 0.9 && Math.abs(u) < 0.9,
  (v, u) => Math.abs(v) < 0.06 && Math.abs(u) < 1,
  (v, u) => v < 0.7 && v > 1.7 * Math.abs(u) - 1,
  (v, u) => v * v + u * u < 1 && v * v + u * u > 0.6,
];

function leaves(side: number, random: Random): Float32Array<ArrayBuffer> {
  const area = side * side;
  let data = new Float32Array(3 * area);
  paint(data, side, random, () => true, [0, 0, side, side]);
  const count = 10 + random.below(140);
  for (let i = 0; i < count; i++) {
    // Radii as in photographs: their density falls with the third power.
    const radius = Math.min(side / 2, 5 / Math.sqrt(random.uniform() + (10 / side) ** 2));
    const [y, x] = [side * random.uniform(), side * random.uniform()];
    const [angle, longer] = [Math.PI * random.uniform(), 1 + 2 * random.uniform() ** 2];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const within = SHAPES[random.below(SHAPES.length)];
    const reach = Math.ceil(radius * longer * 1.3);
    const box = [y - reach, x - reach, y + reach, x + reach].map((edge) =>
      Math.max(0, Math.min(side, Math.round(edge)))
    );
    paint(data, side, random, (row, column) => {
      const [dy, dx] = [row - y, column - x];
      return within((dy * cos - dx * sin) / radius, (dy * sin + dx * cos) / (radius * longer));
    }, box);
  }
  // As a camera leaves them: a lens, an exposure, noise.
  const sigma = 1.2 * random.uniform();
  if (sigma > 0.3) data = gaussianBlur(data, { height: side, width: side }, sigma);
  const [gain, lift, noise] = [0.7 + 0.6 * random.uniform(), 0.2 * (random.uniform() - 0.5), 0.02 * random.uniform()];
  const white = noiseTile("white");
  const at = random.below(TILE * TILE);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.max(0, Math.min(1, gain * data[i] + lift + noise * white[(at + i) % white.length]));
  }
  return data;
}

/** Fills what lies within a shape. */
function paint(
  data: Float32Array,
  side: number,
  random: Random,
  within: (row: number, column: number) => boolean,
  [top, left, bottom, right]: readonly number[],
): void {
  const colour = colourOf(random);
  const texture = textureOf(random);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      if (!within(row, column)) continue;
      const value = texture(row, column);
      for (let c = 0; c < 3; c++) data[c * side * side + row * side + column] = colour[c] + value;
    }
  }
}
