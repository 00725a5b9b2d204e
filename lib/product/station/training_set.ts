/** The labelled parts of a project as a folder that pipelines read. @module */
import { copyFile, link, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { readHead } from "../../base/io/read_head.ts";
import { listFolder } from "../../picture/data/listing.ts";
import { sniffFormat } from "../../picture/image/format.ts";
import { type Label, listParts, type Part } from "./parts.ts";
import { picturePath } from "./pictures.ts";
import { projectFolder } from "./projects.ts";
import type { Station } from "./station.ts";

/** A part that is learned from. */
export type LabelledPart = Part & { readonly label: Label };

/** The parts that a training takes: labelled, taught with or corrected, and not of the control set. */
export function trainingParts(station: Station, project: string, roles: readonly Part["role"][]): LabelledPart[] {
  const { parts } = listParts(station, project, { control: false, order: "old", limit: -1 });
  return parts.filter((part): part is LabelledPart => part.label !== null && roles.includes(part.role));
}

/** The id of a part in the folder: the same as long as its label is. */
export function itemOf({ id, name, label, kind }: LabelledPart, extension: string): string {
  const stem = (name.split(/[/\\]/).at(-1) ?? "").slice(0, -extname(name).length || undefined);
  // Letters of any script may stay; what folders and globs take for something else may not.
  const plain = stem.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "_").slice(0, 80);
  const sub = label === "bad" && kind ? `${kind.replaceAll(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, 80)}/` : "";
  return `${label}/${sub}${String(id).padStart(6, "0")}-${plain}.${extension}`;
}

/**
 * Lays parts out in `data/` of the project's folder, as links to the files that are kept; what is of no part is removed.
 *
 * @returns the folder, and the id of each part in it
 */
export async function layOut(
  station: Station,
  project: string,
  parts: readonly LabelledPart[],
): Promise<{ readonly folder: string; readonly ids: ReadonlyMap<Part, string> }> {
  const folder = join(projectFolder(station, project), "data");
  const ids = new Map<Part, string>();
  for (const part of parts) {
    const format = sniffFormat(await readHead(picturePath(station, part.sha256), 16)) ?? "png";
    ids.set(part, itemOf(part, format === "jpeg" ? "jpg" : format));
  }
  const wanted = new Set(ids.values());
  const there = new Set<string>();
  for (const label of ["good", "bad"]) {
    await mkdir(join(folder, label), { recursive: true });
    for (const { name, path } of (await listFolder(folder, label)).pictures) {
      if (wanted.has(name)) there.add(name);
      else await rm(path, { force: true });
    }
    await removeEmpty(join(folder, label));
  }
  for (const [part, id] of ids) {
    if (there.has(id)) continue;
    const [from, to] = [picturePath(station, part.sha256), join(folder, id)];
    await mkdir(dirname(to), { recursive: true });
    // Another disk, or one without links.
    await link(from, to).catch(() => copyFile(from, to));
  }
  return { folder, ids };
}

/** Kinds of defects that no part has any more. */
async function removeEmpty(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if ((await readdir(path)).length === 0) await rm(path, { recursive: true });
  }
}
