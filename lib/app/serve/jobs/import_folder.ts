/** Taking the pictures of a folder of this machine into a project. @module */
import { readFile } from "node:fs/promises";
import { describeError } from "../../../base/text/describe_error.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { listPictures } from "../../../picture/data/listing.ts";
import { openDataset } from "../../../picture/data/readers/table.ts";
import type { Label } from "../../../product/station/parts.ts";
import type { Station } from "../../../product/station/station.ts";
import { takePicture } from "../take_picture.ts";

/** Which folder, and what its pictures are. */
export interface ImportSpec {
  readonly path: string;
  /** "auto" where its sub-folders say it, as pipelines read them; no label where left out. */
  readonly label?: Label | "auto";
  readonly by?: string;
}

interface Listed {
  readonly path: string;
  readonly name: string;
  readonly label: Label | null;
  readonly kind?: string;
}

/** Adds what is not there yet; what cannot be read is told and left out. */
export async function importFolder(
  { station, maxPixels }: { readonly station: Station; readonly maxPixels?: number },
  spec: ImportSpec & { readonly project: string },
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { project, by } = spec;
  const files = await listed(spec);
  if (files.length === 0) throw new Error(`Cannot find a picture in "${spec.path}"`);
  let [added, known] = [0, 0];
  for (const [i, { path, name, label, kind }] of files.entries()) {
    signal.throwIfAborted();
    try {
      const bytes = new Uint8Array(await readFile(path));
      const taken = await takePicture(station, {
        ...{ project, name, bytes, label, kind, by, maxPixels },
        ...{ source: "folder", role: "training" },
      });
      if (taken.added) added++;
      else known++;
    } catch (error) {
      reporter.warn(describeError(error));
    }
    reporter.progress({ step: "Take pictures in", done: i + 1, total: files.length });
  }
  reporter.say(`${added} pictures taken in, ${known} were there, ${files.length - added - known} cannot be read`);
}

async function listed({ path, label }: ImportSpec): Promise<Listed[]> {
  if (label !== "auto") {
    return (await listPictures(path)).map(({ path, name }) => ({ path, name, label: label ?? null }));
  }
  const { items } = await openDataset(path);
  return items.map(({ path, id, label, kind }) => ({ path, name: id, label, ...kind !== undefined && { kind } }));
}
