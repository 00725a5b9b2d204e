/** Reference pictures: those of the run that lie where they lay, some that the user names, or drawn ones. @module */
import { join } from "node:path";
import { type Photo, photo } from "../../domain.ts";
import { readCsv } from "../../base/io/csv.ts";
import { sha256 } from "../../base/io/hash.ts";
import { readWhole } from "../../base/io/read_file.ts";
import { exists } from "../../base/io/walk.ts";
import { seededRandom } from "../../base/tensor/random.ts";
import { resizePhoto, type Size } from "../../picture/image/resize.ts";

/** How many pictures a certificate has. */
export const REFERENCES = 8;

/**
 * Some of a run's pictures, as many good as bad ones where there are both, spread over its manifest.
 *
 * @returns none where the pictures are no longer where they were, or have changed
 */
export async function picturesOfRun(run: string): Promise<string[]> {
  const [manifest, facts] = [join(run, "manifest.csv"), join(run, "run.json")];
  if (!await exists(manifest, "file") || !await exists(facts, "file")) return [];
  const root = rootOf(JSON.parse(new TextDecoder().decode(await readWhole(facts))));
  if (root === undefined) return [];
  const rows = await readCsv(manifest, ["file", "label", "sha256"]);
  const [good, bad] = ["good", "bad"].map((label) => rows.filter((row) => row.label === label));
  const half = REFERENCES / 2;
  const bads = Math.min(bad.length, Math.max(half, REFERENCES - good.length));
  const chosen = [...spread(bad, bads), ...spread(good, Math.min(good.length, REFERENCES - bads))];
  const paths = await Promise.all(chosen.map(async ({ file, sha256: wanted }) => {
    const path = join(root, file);
    return await exists(path, "file") && sha256(await readWhole(path)) === wanted ? path : undefined;
  }));
  return paths.every((path) => path !== undefined) ? paths : [];
}

function rootOf(run: { readonly data?: { readonly root?: unknown } }): string | undefined {
  return typeof run.data?.root === "string" ? run.data.root : undefined;
}

/** So many of a list, from its beginning to its end. */
export function spread<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => list[Math.floor(i * list.length / count)]);
}

/**
 * A picture with the noise of another exposure. Detectors know those that they were fitted on by heart: a patch that lies in a
 * memory bank has the distance 0, or 1e-5 where a runtime adds up in another order, whose logarithms are far apart. Of parts to
 * come no patch does.
 */
export function exposedAgain({ shape, data }: Photo, seed: number): Photo {
  const random = seededRandom(seed);
  return photo(shape, data.map((value) => Math.min(255, Math.max(0, Math.round(value + NOISE * random.normal())))));
}

/** Its deviation, of 255 levels. */
const NOISE = 1;

/** Pictures of soft spots of colour under noise, always the same: no part, but what a network computes with all it has. */
export function drawnPictures({ height, width }: Size): { readonly name: string; readonly photo: Photo }[] {
  const random = seededRandom(333);
  return Array.from({ length: REFERENCES }, (_, i) => {
    const side = 4 + i;
    const spots = photo([side, side, 3], Uint8Array.from({ length: side * side * 3 }, () => 255 * random.uniform()));
    const soft = resizePhoto(spots, { height, width }, "bicubic");
    return { name: `drawn ${i + 1}`, photo: exposedAgain(soft, i) };
  });
}
