/** The segment map of a project: one for all its pictures, painted over one of them. @module */
import { existsSync, renameSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { IGNORED, photo } from "../../domain.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { encodePng } from "../../picture/image/encode.ts";
import { parseLegend } from "../../picture/segment/legend.ts";
import { segmentColours } from "../../picture/segment/palette.ts";
import { type LabelPlane, readPlane } from "../../picture/segment/plane.ts";
import { legendBeside } from "../../picture/segment/read.ts";
import { addEvent } from "./events.ts";
import { findProject, projectFolder } from "./projects.ts";
import { MissingError, type Station } from "./station.ts";

/** A label of a map as it is painted. */
export interface PaintedSegment {
  /** Of its pixels in the grey form of the map. */
  readonly value: number;
  readonly name: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** No statistic sees it. */
  readonly ignored?: boolean;
}

/** A map with what its labels are called. */
export interface PaintedMap {
  readonly plane: LabelPlane;
  readonly segments: readonly PaintedSegment[];
}

/** Where the map of a project is, whether there is one or not. */
export function segmentMapPath(station: Station, project: string): string {
  return join(projectFolder(station, project), "segments.png");
}

/** Whether a project has a map. */
export function hasSegmentMap(station: Station, project: string): boolean {
  return existsSync(segmentMapPath(station, project));
}

/** @throws {MissingError} where there is none */
export async function readProjectMap(station: Station, project: string): Promise<PaintedMap> {
  findProject(station, project);
  const path = segmentMapPath(station, project);
  if (!existsSync(path)) throw new MissingError(`Cannot find a segment map of "${project}"`);
  return await readPainted(path);
}

/** A map file with its legend beside it. */
export async function readPainted(path: string): Promise<PaintedMap> {
  const beside = legendBeside(path);
  const legend = parseLegend(await readFile(beside, "utf8"), beside);
  const plane = await readPlane(path, legend);
  const labels = legend.labels.toSorted((a, b) => a.value - b.value);
  const colours = segmentColours(labels.length, labels.flatMap(({ colour }) => colour ?? []));
  return {
    plane,
    segments: labels.map(({ value, name, colour, ignored = false }, i) => (
      { value, name, colour: colour ?? colours[i], ...ignored && { ignored } }
    )),
  };
}

/** The labels that are segments, in the order of the plane's labels. */
export function segmentsOf({ segments }: PaintedMap): PaintedSegment[] {
  return segments.filter(({ ignored }) => !ignored);
}

/**
 * Keeps a map for a project: the file as it is painted, in colours or in grey values, and its legend.
 *
 * @param legend text in the format of `segmaps/*.json`
 * @throws {SyntaxError | RangeError} where picture or legend are broken or do not fit each other
 */
export async function writeProjectMap(
  station: Station,
  project: string,
  { png, legend, by }: { readonly png: Uint8Array; readonly legend: string; readonly by: string },
): Promise<PaintedMap> {
  findProject(station, project);
  const path = segmentMapPath(station, project);
  const beside = join(projectFolder(station, project), `painting-${randomUUID()}.png`);
  try {
    await writeFileAtomic(beside, png);
    await writeFileAtomic(legendBeside(beside), legend);
    const painted = await readPainted(beside);
    // Nothing comes in between: of two that are kept at once, one would have the legend of the other.
    renameSync(legendBeside(beside), legendBeside(path));
    renameSync(beside, path);
    const names = segmentsOf(painted).map(({ name }) => name);
    station.transaction(() => addEvent(station, { project, kind: "segments", data: { names, by } }));
    return painted;
  } finally {
    for (const left of [beside, legendBeside(beside)]) await rm(left, { force: true });
  }
}

/** Takes the map of a project away: rings stand in for it. */
export async function removeProjectMap(station: Station, project: string, by: string): Promise<void> {
  findProject(station, project);
  const path = segmentMapPath(station, project);
  if (!existsSync(path)) throw new MissingError(`Cannot find a segment map of "${project}"`);
  await rm(path);
  await rm(legendBeside(path), { force: true });
  station.transaction(() => addEvent(station, { project, kind: "segments", data: { names: null, by } }));
}

/** A map in its colours, as a PNG; what is ignored is black. */
export async function paintMap(map: PaintedMap): Promise<Uint8Array> {
  const { height, width, labels } = map.plane;
  const colours = segmentsOf(map).map(({ colour }) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const data = new Uint8Array(height * width * 3);
  labels.forEach((label, i) => {
    if (label !== IGNORED) data.set(colours[label], 3 * i);
  });
  return await encodePng(photo([height, width, 3], data));
}
