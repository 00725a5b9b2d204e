/** Exporting a run's model: one graph, its certificate, and programs that check it. @module */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { sha256 } from "../../base/io/hash.ts";
import { writeNpy } from "../../base/io/npy.ts";
import { exists, listEntries } from "../../base/io/walk.ts";
import { tensor } from "../../base/tensor/tensor.ts";
import type { Photo } from "../../domain.ts";
import { readModel } from "../../engine/graph/file/parse.ts";
import { openRuntime, RUNTIME_VERSION } from "../../engine/session/runtime.ts";
import { decide } from "../../method/evaluate/decide.ts";
import { CERTIFICATE } from "../../method/detect/onnx/exported_file.ts";
import { openForestRunner, type RunnerOptions } from "../../method/forest/runner.ts";
import { readSource } from "../../picture/image/read_source.ts";
import { toPhoto } from "../../picture/image/pixels.ts";
import { resizePhoto, resizePixels } from "../../picture/image/resize.ts";
import { toImage } from "../../picture/image/image.ts";
import { segad } from "../model/flow.ts";
import {
  EVIDENCE_FILE,
  identifyModel,
  type OpenModel,
  openModel,
  readModelOf,
  readStoredModel,
} from "../model/open_model.ts";
import { readStoredEvidence } from "../model/read_evidence.ts";
import type { ExportedCard, Precision } from "../model/exported_card.ts";
import { RELEASE } from "../model/release.ts";
import { buildGraph, type ExportedGraph } from "./build_graph.ts";
import { type Certificate, type Reference, type Tolerance, writeCertificate } from "./certificate.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import { PROGRAMS } from "./programs.ts";
import { checkExportable } from "./exportable.ts";
import { drawnPictures, exposedAgain, picturesOfRun } from "./references.ts";

/** What to export, and where to. */
export interface ExportOptions {
  /** A run folder. */
  readonly run: string;
  /** Folder to write; it is empty, not there, or holds an export. */
  readonly out: string;
  /** Pictures for the certificate; some of the run's own where left out. */
  readonly pictures?: readonly string[];
  readonly forest?: RunnerOptions;
  /** In how many bits weights are kept; single precision where left out. */
  readonly precision?: Precision;
  /** `any`: the graph resizes pictures, and those of the certificate keep their size; `model`, which it is where left out, does not. */
  readonly input?: ExportedCard["input"];
  /** `input`: the graph is given a segment map with each picture. So it is where a folder with the maps of the pictures is named. */
  readonly segments?: string;
}

/** What was written. */
export interface Exported {
  /** Bytes of the model. */
  readonly size: number;
  readonly graph: ExportedGraph;
  readonly certificate: Certificate;
  /** How far the graph was from the product, picture by picture. */
  readonly found: readonly Found[];
  /** Where the pictures of the certificate come from. */
  readonly pictures: "given" | "of the run" | "drawn";
}

/** Ten times and more what single precision and another order of sums do to scores. */
export const TOLERANCE: Tolerance = { score: 1e-4, map: 1e-4 };
/** Its name in the folder. */
export const MODEL = "model.onnx";
/** Where the reference pictures lie. */
const REFERENCES = "references";

/**
 * Writes `model.onnx`, `certificate.json`, reference pictures and programs that check one by the other.
 *
 * @throws {TypeError} where something of the model cannot be part of a graph, before anything is written
 * @throws {Error} where the folder holds something else, or the graph does not say what the product says; with weights of
 * fewer bits where it decides otherwise
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  const { precision = "f32", input = "model" } = options;
  checkExportable(await readModelOf(options.run), options.segments !== undefined);
  await checkFolder(options.out);
  const runner = openForestRunner({ workers: 1, ...options.forest });
  const runtime = await openRuntime();
  try {
    const stored = await readStoredModel(options.run, mapsOf(options), runner);
    const evidence = stored.file.evidence ? await readStoredEvidence(stored.folder, EVIDENCE_FILE) : undefined;
    const graph = await buildGraph({
      stored,
      evidence,
      runtime,
      precision,
      input,
      segments: options.segments !== undefined,
    });
    const { expected, pictures } = await expectations(options);
    const session = await runtime.open(graph.model, MODEL);
    let found: Found[] = [];
    let tolerance = TOLERANCE;
    try {
      for (const one of expected) found.push(await compare(session, one, tolerance));
      if (precision !== "f32") {
        // What fewer bits do is measured: another runtime may add half of it.
        tolerance = measured(found);
        found = [];
        for (const one of expected) found.push(await compare(session, one, tolerance));
      }
    } finally {
      await session.release();
    }
    const odd = found.find(({ holds }) => !holds);
    if (odd) {
      throw new Error(
        `Cannot certify the graph as it says ${odd.score} (${odd.decision}) of "${odd.name}" where the product says ` +
          `${odd.expected}: its maps differ by ${odd.mapError} of their largest value`,
      );
    }
    const certificate = await writeFolder(options, graph, expected, tolerance);
    return { size: graph.model.length, graph, certificate, found, pictures };
  } finally {
    await runner.close();
  }
}

/** Where the segment maps of pictures are. */
function mapsOf({ segments }: ExportOptions): { readonly segments?: string } {
  return segments === undefined || segments === "input" ? {} : { segments };
}

/** Half more than the largest difference, to two digits. */
function measured(found: readonly Found[]): Tolerance {
  const most = (errors: readonly number[]) => Number((1.5 * Math.max(1e-4, ...errors)).toPrecision(2));
  return { score: most(found.map(({ scoreError }) => scoreError)), map: most(found.map(({ mapError }) => mapError)) };
}

/** @throws {Error} where the folder holds what an export must not replace */
async function checkFolder(folder: string): Promise<void> {
  if (!await exists(folder, "folder")) return;
  const entries = await listEntries(folder);
  if (entries.length === 0 || entries.some(({ name }) => name === CERTIFICATE || name === MODEL)) return;
  throw new Error(
    `Cannot export into "${folder}" as it holds files that are not of an export (${entries[0].name}): ` +
      "name another folder, or move them away",
  );
}

/** What the product says of the reference pictures. */
async function expectations(
  options: ExportOptions,
): Promise<{ readonly expected: Expected[]; readonly pictures: Exported["pictures"] }> {
  const model = await openModel(options.run, { ...options, ...mapsOf(options) });
  try {
    const { picture } = model.file;
    const given = options.pictures ?? [];
    const paths = given.length > 0 ? given : await picturesOfRun(options.run);
    const photos = paths.length > 0
      ? await Promise.all(paths.map(async (path, i) => {
        const pixels = await readSource(path, picture);
        const photo = toPhoto(options.input === "any" ? pixels : resizePixels(pixels, picture, picture.filter));
        return { id: path, name: basename(path), photo: given.length > 0 ? photo : exposedAgain(photo, i) };
      }))
      : drawnPictures(picture).map((drawn) => ({ ...drawn, id: drawn.name }));
    const expected: Expected[] = [];
    for (const one of photos) expected.push(await expect(model, one, options.segments !== undefined));
    return { expected, pictures: given.length > 0 ? "given" : paths.length > 0 ? "of the run" : "drawn" };
  } finally {
    await model.close();
  }
}

async function expect(
  { parts, file: { picture, decision: { threshold, review } } }: OpenModel,
  { id, name, photo }: { readonly id: string; readonly name: string; readonly photo: Photo },
  takesSegments: boolean,
): Promise<Expected> {
  const flow = segad({ ...parts, views: parts.detectors.length > 0 });
  const { score, views } = await flow({ ids: [id], image: toImage([resizePhoto(photo, picture, picture.filter)]) });
  const maps = views?.[0].maps;
  const labels = takesSegments && maps ? views[0].segmentMap.labels : undefined;
  return {
    ...labels && { segments: { shape: labels.shape.slice(1), data: labels.data } },
    ...{ name, picture: photo, score: score.data[0], decision: decide(score.data[0], threshold, review) },
    ...maps && { maps: { shape: maps.shape.slice(1), data: maps.data } },
  };
}

async function writeFolder(
  { out, run }: ExportOptions,
  { model, card }: ExportedGraph,
  expected: readonly Expected[],
  tolerance: Tolerance,
): Promise<Certificate> {
  // A folder that is half written is one without a certificate.
  await rm(join(out, CERTIFICATE), { force: true });
  await rm(join(out, REFERENCES), { recursive: true, force: true });
  const write = async (file: string, bytes: Uint8Array) => {
    await writeFileAtomic(join(out, file), bytes);
    return { file, sha256: sha256(bytes) };
  };
  const references: Reference[] = [];
  for (const [i, { name, picture, segments, maps, score, decision }] of expected.entries()) {
    references.push({
      name,
      picture: await write(`${REFERENCES}/${i + 1}.npy`, writeNpy(tensor("u8", picture.shape, picture.data))),
      ...segments && {
        segments: await write(
          `${REFERENCES}/${i + 1}.segments.npy`,
          writeNpy(tensor("u8", segments.shape, segments.data)),
        ),
      },
      ...maps &&
        { maps: await write(`${REFERENCES}/${i + 1}.maps.npy`, writeNpy(tensor("f32", maps.shape, maps.data))) },
      ...{ score, decision },
    });
  }
  for (const { file, read } of PROGRAMS) await writeFileAtomic(join(out, file), await read());
  const certificate: Certificate = {
    format: 1,
    model: await write(MODEL, model),
    card,
    made: {
      segad: RELEASE,
      runtime: RUNTIME_VERSION,
      opset: readModel(model, MODEL).opset,
      model: await identifyModel(run),
    },
    tolerance,
    references,
  };
  await writeFileAtomic(join(out, CERTIFICATE), writeCertificate(certificate));
  return certificate;
}
