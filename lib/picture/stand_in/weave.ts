/** The surface of the piezo's light middle, by kind of texture, as tiles. @module */
import { TEXTURES } from "./spec.ts";
import { at, noiseTile } from "./tiles.ts";

const SIDE = 512;
const made = new Map<string, Float32Array>();

/** Rows and columns a tile: 512 must be a whole number of both. */
const pitch: Record<
  typeof TEXTURES[number],
  {
    readonly rows: number;
    readonly columns: number;
    readonly row: number;
    readonly column: number;
    readonly grain: number;
  }
> = {
  woven: { rows: 45, columns: 47, row: 1, column: 0.55, grain: 0.75 },
  fine: { rows: 72, columns: 75, row: 0.6, column: 0.5, grain: 0.8 },
  striped: { rows: 54, columns: 40, row: 0.95, column: 0.12, grain: 0.7 },
  grained: { rows: 45, columns: 47, row: 0.16, column: 0.1, grain: 1.25 },
};

/** The relief of a texture in units of its contrast, periodic f32[512,512]: threads above 0, gaps below. */
export function weaveTile(texture: typeof TEXTURES[number]): Float32Array {
  let tile = made.get(texture);
  if (tile === undefined) made.set(texture, tile = makeTile(texture));
  return tile;
}

function makeTile(texture: typeof TEXTURES[number]): Float32Array {
  const fine = noiseTile("fine"), grain = noiseTile("grain"), clump = noiseTile("clump"), white = noiseTile("white");
  const { rows, columns, row, column, grain: strength } = pitch[texture];
  const shift = 64 * TEXTURES.indexOf(texture);
  const tile = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const wobble = 0.16 * at(clump, x, y + shift) + 0.1 * at(grain, x + 300, y + shift);
      const thread = y * rows / SIDE + wobble * 0.3;
      const knot = x * columns / SIDE + wobble * 0.35 + 0.5 * (Math.floor(thread) & 1);
      const ridge = crest(thread, 7) - 0.4 * crest(thread + 0.45, 3);
      const tick = crest(knot, 6) * (0.35 + 0.65 * crest(thread + 0.25, 1));
      const worn = 0.5 + 0.25 * at(clump, x + 200, y + shift) + 0.5 * at(grain, x, y + shift);
      const cross = 0.5 + 0.5 * at(grain, x + 90, y + 40 + shift);
      const pit = Math.min(0, at(white, x, y + shift) + 2.6) * 2.5;
      tile[y * SIDE + x] = row * ridge * Math.max(0, worn) * 1.7 + column * tick * Math.max(0, cross) * 1.8 +
        strength * (0.42 * at(fine, x, y + shift) + 0.3 * at(grain, x, y) + 0.3 * at(white, x + 9, y)) +
        pit * strength;
    }
  }
  return tile;
}

/** A periodic bump of height 1 at whole numbers; the higher the power, the narrower. */
function crest(turns: number, power: number): number {
  return (0.5 + 0.5 * Math.cos(2 * Math.PI * turns)) ** power;
}
