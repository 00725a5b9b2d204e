/** A teacher for EfficientAD, distilled from a backbone on a folder of pictures. @module */
import { rm } from "node:fs/promises";
import { seededRandom } from "../../base/tensor/random.ts";
import type { PdnShape } from "../../method/backbone/pdn.ts";
import { writePdn } from "../../method/backbone/pdn_file.ts";
import { distil } from "../../method/detect/efficientad/distil.ts";
import type { Distillation } from "../../method/detect/efficientad/distil.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { picturesOf } from "../run/steps/pictures_of.ts";
import type { GoodFolder } from "./good_folder.ts";

/** See {@linkcode distilFolder}. */
export interface DistilOptions extends Distillation {
  readonly network: Omit<PdnShape, "channels">;
  readonly seed: number;
  /** File to write; a stopped run leaves its state beside it. */
  readonly out: string;
  /** Pictures that are left out, drawn by the seed; a twentieth, at most 200, where left out. */
  readonly held?: number;
}

/** What was made of a folder. */
export interface DistilSummary {
  /** The mean of the last losses in words, "loss 0.41"; empty where all steps were done before. */
  readonly loss: string;
  /** See `explainedShare`; absent where no picture was left out. */
  readonly explained?: number;
  /** How many pictures were left out. */
  readonly unseen: number;
}

/**
 * Distils and writes the teacher.
 *
 * @throws {RangeError} where no picture is left to learn from
 */
export async function distilFolder(
  { work, items, sha256 }: GoodFolder,
  { network, seed, out, held, ...distillation }: DistilOptions,
): Promise<DistilSummary> {
  const { sight, resources } = work;
  const all = await picturesOf(work, items.map((item) => ({ item, id: item.id })));
  const unseen = heldOut(all.length, held, seed);
  if (unseen.size >= all.length) {
    throw new RangeError(`Cannot distil on ${all.length} pictures of which ${unseen.size} are left out: lower --held`);
  }
  const [pictures, others] = [false, true].map((own) => all.filter((_, i) => unseen.has(i) === own));
  let loss = "";
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
      onProgress(done, total, _, note) {
        if (note !== undefined) loss = note;
        work.reporter.progress({ step: "Distil the teacher", done, total, note });
      },
      signal: work.signal,
    },
    network,
    distillation,
    {
      // What is left out is told by the seed and by how many there are.
      data: others.length === 0 ? sha256 : `${sha256} ${others.length}`,
      ...others.length > 0 && { unseen: { batches: () => resources.pictures.batches(sight, others) } },
    },
  );
  await writeFileAtomic(out, writePdn(teacher));
  await rm(checkpoint, { force: true });
  return { loss, unseen: others.length, ...teacher.explained !== undefined && { explained: teacher.explained } };
}

/** The numbers of the pictures that are left out. */
function heldOut(count: number, held: number | undefined, seed: number): ReadonlySet<number> {
  const wanted = held ?? Math.min(200, Math.floor(count / 20));
  return new Set(seededRandom(seed).permutation(count).subarray(0, wanted));
}
