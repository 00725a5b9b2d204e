/** One segment map for aligned pictures: clusters of their features. @module */
import type { Backbone } from "../../method/backbone/backbone.ts";
import { openBackbone } from "../../method/backbone/backbone.ts";
import type { Photo } from "../../domain.ts";
import { toImage } from "../../picture/image/image.ts";
import { describeGood, notesOn, readGood } from "../../picture/data/good_pictures.ts";
import { segmentColours } from "../../picture/segment/palette.ts";
import { countPixels, resizePlane } from "../../picture/segment/plane.ts";
import { wardParts } from "../../picture/segment/ward_parts.ts";
import { writeStaticMap } from "../../picture/segment/write.ts";
import type { Runtime } from "../../engine/session/runtime.ts";
import { shaped } from "../../base/tensor/tensor.ts";
import type { Dim } from "../../base/tensor/tensor.ts";
import { describeSegments, pictures, type SegmentWork, writeSheet } from "./segment_pictures.ts";

/**
 * One map for all pictures of a part that lies still: positions with like features on the average good picture, as
 * connected parts. The pictures are the good ones of the folder, as `readGood` says.
 *
 * @param names of the parts, the largest first
 * @returns the contact sheet's file
 */
export async function segmentByClusters(
  work: SegmentWork,
  names: readonly string[],
  { runtime, backbone }: { readonly runtime: Runtime; readonly backbone: Backbone },
): Promise<string> {
  const parts = names.length;
  const layers = backbone.layers.filter(({ stride }) => stride <= 16).toSorted((a, b) => a.stride - b.stride);
  const found = await readGood(work.data, "segment");
  for (const note of notesOn([found])) work.reporter.warn(note);
  if (found.good.length > 0) work.reporter.say(describeGood(work.data, [found]));
  const extractor = await openBackbone(runtime, backbone, layers.map(({ name }) => name));
  const sums = new Map<string, Float64Array>();
  const grids = new Map<string, readonly [number, number, number]>();
  const shown: Photo<Dim, Dim>[] = [];
  let count = 0;
  try {
    for await (const { photo, shown: onSheet } of pictures(work, "Mean features", found.good)) {
      const features = await extractor.extract(toImage([photo]));
      for (const [name, { data, shape: [, C, H, W] }] of Object.entries(features)) {
        const sum = sums.get(name) ?? new Float64Array(data.length);
        for (let i = 0; i < data.length; i++) sum[i] += data[i];
        sums.set(name, sum);
        grids.set(name, [Number(C), Number(H), Number(W)]);
      }
      count++;
      if (onSheet) shown.push(photo);
    }
  } finally {
    await extractor.release();
  }
  const [, height, width] = grids.get(layers[0].name)!;
  const columns = layers.flatMap(({ name }) =>
    standardised(sums.get(name)!, grids.get(name)!, count, { height, width })
  );
  const points = new Float32Array(height * width * columns.length);
  columns.forEach((column, c) => column.forEach((value, p) => points[p * columns.length + c] = value));
  const merged = wardParts(
    shaped("f32", ["P", "C"], [height * width, columns.length], points),
    { height, width },
    parts,
  );
  const plane = resizePlane(merged, { height: work.side, width: work.side });
  const colours = segmentColours(parts);
  work.reporter.say(describeSegments(names, colours, countPixels(plane.labels, parts).counts));
  await writeStaticMap(work.out, plane, { name: `${parts} parts by features`, names, colours, stretched: true });
  return await writeSheet(work.out, shown.map((photo) => ({ photo, plane })), colours);
}

/** Channels of a mean feature map on the finest grid, each of deviation 1 over all channels of its layer together. */
function standardised(
  sum: Float64Array,
  [channels, rows, columns]: readonly [number, number, number],
  count: number,
  { height, width }: { readonly height: number; readonly width: number },
): Float64Array[] {
  const area = rows * columns;
  const planes = Array.from({ length: channels }, (_, c) => {
    const plane = sum.slice(c * area, (c + 1) * area).map((value) => value / count);
    const mean = plane.reduce((total, value) => total + value, 0) / area;
    return plane.map((value) => value - mean);
  });
  const variance = planes.reduce((all, plane) => all + plane.reduce((total, value) => total + value * value, 0), 0);
  // A layer weighs as much as another, however many channels it has.
  const scale = 1 / Math.sqrt(Math.max(variance / area, 1e-12));
  return planes.map((plane) =>
    Float64Array.from({ length: height * width }, (_, p) => {
      const y = between((Math.floor(p / width) + 0.5) * rows / height, rows);
      const x = between((p % width + 0.5) * columns / width, columns);
      const along = (row: number) =>
        plane[row * columns + x.low] * (1 - x.share) + plane[row * columns + x.high] * x.share;
      return (along(y.low) * (1 - y.share) + along(y.high) * y.share) * scale;
    })
  );
}

/** The two of some cells whose middles a place lies between, and how near to the second. */
function between(place: number, cells: number): { low: number; high: number; share: number } {
  const at = Math.min(Math.max(place - 0.5, 0), cells - 1);
  const low = Math.floor(at);
  return { low, high: Math.min(low + 1, cells - 1), share: at - low };
}
