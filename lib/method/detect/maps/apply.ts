/** Anomaly maps that were computed elsewhere: where they lie, and looking them up. @module */
import { type } from "arktype";
import { join } from "node:path";
import { exists } from "../../../base/io/walk.ts";
import { readLevels } from "../../../picture/image/decode_grey.ts";
import { readNpy } from "../../../base/io/npy.ts";
import { readWhole } from "../../../base/io/read_file.ts";
import { distance, gridMap } from "../../../domain.ts";
import type { AppliedDetector, Detection, FittedDetector } from "../contract.ts";
import { packFitted, unpackFitted } from "../../learn/fitted_file.ts";
import type { ConfigSchema } from "../../learn/config.ts";

/** Settings of maps from files. */
export interface MapsConfig {
  /** Folder in which each picture has a map under its own name, with `.npy` or `.png` in place of its extension. */
  readonly folder: string;
  /** What a map is multiplied by: the largest level of a PNG is 1 before. */
  readonly scale: number;
}

/** Checks the settings, which are all that is kept of a fit. */
export const mapsSchema: ConfigSchema<MapsConfig> = type({
  "+": "reject",
  folder: "string > 0",
  scale: type("number > 0").default(1),
});

/** What the maps' detector keeps: where they lie. */
export const fittedMaps: FittedDetector<MapsConfig> = {
  name: "maps",
  title: "Maps",
  apply: (_, config) => Promise.resolve(lookUp(config)),
  pack: (config) => packFitted("maps", { settings: { ...config }, tensors: {} }),
  unpack: (bytes) => unpackFitted("maps", bytes, mapsSchema, {}).settings,
};

function lookUp(config: MapsConfig): AppliedDetector {
  return {
    detect: async ({ ids }) => {
      if (!ids) throw new TypeError("Cannot look up maps as the pictures have no names");
      return joined(await Promise.all(ids.map(async (id) => ({ id, map: await readMap(id, config) }))));
    },
    release: () => Promise.resolve(),
  };
}

interface Plane {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** The map of a picture; a generated defect has none, as there is no file of it. */
async function readMap(id: string, { folder, scale }: MapsConfig): Promise<Plane> {
  const name = id.replace(/\.[^./]+$/, "");
  const [npy, png] = [".npy", ".png"].map((extension) => join(folder, `${name}${extension}`));
  if (!await exists(npy, "file") && !await exists(png, "file")) {
    throw new Error(`Cannot find the map of "${id}" as there is neither "${npy}" nor "${png}"`);
  }
  const plane = await exists(npy, "file") ? await readPlane(npy) : await readLevels(png);
  const odd = plane.data.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new RangeError(`Cannot use the map of "${id}" as it must be finite: it holds ${odd}`);
  return scale === 1 ? plane : { ...plane, data: plane.data.map((value) => value * scale) };
}

async function readPlane(path: string): Promise<Plane> {
  const { dtype, shape, data } = readNpy(await readWhole(path), path);
  const sides = shape.filter((side, axis) => !(axis < shape.length - 2 && side === 1)).map(Number);
  if (sides.length !== 2 || (dtype !== "f32" && dtype !== "f64")) {
    throw new TypeError(`Cannot use "${path}" as a map as it must be floats [H,W]: it is ${dtype}[${shape.join(",")}]`);
  }
  return { height: sides[0], width: sides[1], data: Float32Array.from(data) };
}

function joined(found: readonly { readonly id: string; readonly map: Plane }[]): Detection {
  const [{ id: first, map: { height, width } }] = found;
  const data = new Float32Array(found.length * height * width);
  const score = new Float32Array(found.length);
  for (const [n, { id, map }] of found.entries()) {
    if (map.height !== height || map.width !== width) {
      throw new TypeError(
        `Cannot use the map of "${id}" as it must be ${height} × ${width}, like that of "${first}": ` +
          `it is ${map.height} × ${map.width}`,
      );
    }
    data.set(map.data, n * height * width);
    score[n] = map.data.reduce((most, value) => Math.max(most, value), -Infinity);
  }
  return {
    map: gridMap([found.length, 1, height, width], data),
    score: distance([found.length], score),
  };
}
