/** `deno task segment WAY --out …`: makes segment maps where none exist. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import { embeddedBackbone } from "../../../method/backbone/embedded.ts";
import { loadBackbone } from "../../../method/backbone/load.ts";
import { checkApart } from "../../../base/io/apart.ts";
import { readPhoto } from "../../../picture/image/decode.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { segmentByClusters } from "../../../product/make/segment_clusters.ts";
import { segmentForeground } from "../../../product/make/segment_foreground.ts";
import { segmentByModel } from "../../../product/make/segment_network.ts";
import { type SegmentWork, sheetBeside, showOver } from "../../../product/make/segment_pictures.ts";
import { readPainting } from "../../../picture/segment/paint.ts";
import { toPlane } from "../../../picture/segment/plane.ts";
import { legendBeside } from "../../../picture/segment/read.ts";
import { drawShapes, parseDrawing } from "../../../picture/segment/shapes.ts";
import { writeStaticMap } from "../../../picture/segment/write.ts";
import { openRuntime } from "../../../engine/session/runtime.ts";
import { EXIT } from "../exit_codes.ts";
import { type segmentParser, WAYS_OF_FOLDERS } from "../options/segment_options.ts";

type Options = InferValue<typeof segmentParser>;
type Work = Options & Pick<SegmentWork, "reporter" | "signal" | "onUnread">;

export async function runSegmentCommand(options: Options, reporter: Reporter, signal: AbortSignal): Promise<number> {
  const { way, out, side } = options;
  const legend = WAYS_OF_FOLDERS.has(way) ? join(out, "legend.json") : legendBeside(out);
  await checkApart(
    [out, legend, sheetBeside(out)].map((path) => ({ path, option: "--out" })),
    [options.data, options.from, options.backbone],
  );
  let unread = 0;
  const work = { ...options, reporter, signal, onUnread: (count: number) => void (unread = count) };
  const sheet = way === "shapes" || way === "paint" ? await draw(work) : await find(work);
  reporter.say(`Wrote ${out}: segments: ${JSON.stringify(out)} in a pipeline file of pictures ${side} × ${side}`);
  if (sheet) reporter.say(`Look at ${sheet}`);
  return unread > 0 ? EXIT.partly : EXIT.ok;
}

/** One map for all pictures, drawn by hand. */
async function draw(options: Work): Promise<string | undefined> {
  const { way, out, data } = options;
  const from = needed(options.from, way, "--from FILE");
  const drawn = way === "shapes" ? readShapes(await readFile(from, "utf8"), from) : await readPaint(from, options);
  await writeStaticMap(out, drawn.plane, drawn);
  return data === undefined ? undefined : await showOver({ ...options, data }, drawn.plane, drawn.colours);
}

function readShapes(text: string, file: string) {
  const drawing = parseDrawing(text, file);
  const { labels, names, colours } = drawShapes(drawing);
  return { name: drawing.name, plane: toPlane(labels), names, colours };
}

async function readPaint(file: string, options: Work) {
  const { plane, colours, snapped } = readPainting(await readPhoto(file, options), file);
  if (snapped > 0) {
    const share = (100 * snapped / plane.labels.length).toFixed(1);
    options.reporter.warn(
      `${snapped} pixels of "${file}" (${share} %) have no plain colour and are taken for the nearest of ` +
        `${colours.length}: paint with a hard brush and save as PNG`,
    );
  }
  const names = list(options.names) ?? colours.map((_, i) => `segment_${i + 1}`);
  if (names.length === colours.length) return { name: file, plane, names, colours };
  throw new TypeError(
    `Cannot name the segments of "${file}" as it has ${colours.length} colours, the most frequent first: ` +
      `${colours.join(", ")}; --names has ${names.length}`,
  );
}

/** Maps from pictures. */
async function find(options: Work): Promise<string> {
  const { way } = options;
  const work = { ...options, data: needed(options.data, way, "--data DIR") };
  if (way === "foreground") return await segmentForeground(work);
  const runtime = await openRuntime(options);
  if (way === "clusters") {
    const backbone = options.backbone ? await loadBackbone(options.backbone, { runtime }) : await embeddedBackbone();
    return await segmentByClusters(work, partNames(options), { runtime, backbone });
  }
  return await segmentByModel(work, runtime, {
    model: needed(options.from, way, "--from FILE"),
    mean: triple(options.mean, [0, 0, 0]),
    std: triple(options.std, [1, 1, 1]),
    names: list(options.names),
    threshold: options.threshold,
  });
}

/** Of clusters. */
function partNames({ parts, names }: Options): string[] {
  const given = list(names);
  const count = parts ?? given?.length ?? 6;
  if (given && given.length !== count) {
    throw new TypeError(`Cannot name ${count} parts as --names has ${given.length}`);
  }
  if (count < 2) throw new TypeError("Cannot make one part only: --names must have at least two");
  return given ?? Array.from({ length: count }, (_, i) => `part_${i + 1}`);
}

function needed(value: string | undefined, way: string, name: string): string {
  if (value !== undefined) return value;
  throw new TypeError(`Cannot make segment maps by "${way}" without ${name}`);
}

/** Names as a legend takes them. */
function list(text: string | undefined): string[] | undefined {
  const names = text?.split(",").map((name) => name.trim());
  const wrong = names?.find((name, i) => !/^[A-Za-z0-9_]+$/.test(name) || names.indexOf(name) !== i);
  if (wrong === undefined) return names;
  throw new TypeError(
    `Cannot use the names "${text}" as each must have letters, digits and underscores and come once: found "${wrong}"`,
  );
}

function triple(text: string | undefined, otherwise: [number, number, number]): [number, number, number] {
  if (text === undefined) return otherwise;
  const values = text.split(",").map(Number);
  if (values.length === 3 && values.every(Number.isFinite)) return [values[0], values[1], values[2]];
  throw new TypeError(`Cannot read "${text}" as three numbers with commas between them`);
}
