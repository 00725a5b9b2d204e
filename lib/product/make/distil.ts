/** A teacher for EfficientAD, distilled from a backbone on a folder of pictures. @module */
import { rm } from "node:fs/promises";
import type { PdnShape } from "../../method/backbone/pdn.ts";
import { writePdn } from "../../method/backbone/pdn_file.ts";
import { distil } from "../../method/detect/efficientad/distil.ts";
import type { Distillation } from "../../method/detect/efficientad/distil.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { picturesOf } from "../run/pictures_of.ts";
import type { GoodFolder } from "./good_folder.ts";

/** See {@linkcode distilFolder}. */
export interface DistilOptions extends Distillation {
  readonly network: Omit<PdnShape, "channels">;
  readonly seed: number;
  /** File to write; a stopped run leaves its state beside it. */
  readonly out: string;
}

/** Distils and writes the teacher. */
export async function distilFolder(
  { work, items, sha256 }: GoodFolder,
  { network, seed, out, ...distillation }: DistilOptions,
): Promise<void> {
  const { sight, resources } = work;
  const pictures = await picturesOf(work, items.map((item) => ({ item, id: item.id })));
  const checkpoint = `${out}.unfinished`;
  const { height, width } = work.definition.picture;
  const teacher = await distil(
    {
      runtime: work.runtime,
      backbone: work.backbone,
      layers: (await resources.extractor(sight)).layers,
      size: { height, width },
      pictures: pictures.length,
      ids: pictures.map(({ id }) => id),
      batches: () => resources.pictures.batches(sight, pictures),
      take: (indices) => resources.pictures.take(sight, pictures, indices),
      seed,
      checkpoint,
      onProgress: (done, total, _, note) => work.reporter.progress({ step: "Distil the teacher", done, total, note }),
      signal: work.signal,
    },
    network,
    distillation,
    { data: sha256 },
  );
  await writeFileAtomic(out, writePdn(teacher));
  await rm(checkpoint, { force: true });
}
