/**
 * Judging again what was seen of pictures: another judge over the same detectors needs no picture, so that thousands of past
 * parts are judged in the time of one.
 * @module
 */
import { join } from "node:path";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { sealedFolder } from "../../base/io/sealed_folder.ts";
import { distance, features, score } from "../../domain.ts";
import { openForestRunner } from "../../method/forest/runner.ts";
import { applyJudge, columnsOf, readJudge } from "../../method/judge/table.ts";
import { MODEL_FILE, type ModelFile, readModelFile } from "./model_file.ts";
import type { Seen } from "./seen.ts";

/**
 * What tells how a model sees pictures, whatever judges: the same for models with the same detectors, segments and settings.
 * Models of earlier releases, which know no hashes of their files, see like no other.
 */
export function sightOf(model: ModelFile): string {
  const { picture, smoothing, backbone, detectors, classifier, features, segments, evidence, files, sha256: own } =
    model;
  const seeing = files
    ? Object.entries(files).filter(([name]) => /^(detectors|classifiers|segments|evidence)\b/.test(name))
    : [own ?? canonicalJson(model)];
  return sha256(canonicalJson({
    ...{ picture, smoothing, detectors, classifier, features, segments, evidence },
    backbone: { sha256: backbone.sha256, mean: backbone.mean, std: backbone.std, layers: backbone.layers },
    files: seeing,
  }));
}

/** The judge of a model, without its networks. */
export interface Rejudge {
  readonly model: ModelFile;
  readonly sight: string;
  readonly columns: readonly string[];
  /** One score a picture. @throws {TypeError} where a picture was not seen by these columns */
  judge(seen: readonly Seen[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the judge of a run's model. @throws {Error} where a file is missing or broken */
export async function openRejudge(run: string): Promise<Rejudge> {
  const models = join(run, "models");
  const model = await readModelFile(join(models, MODEL_FILE));
  const folder = sealedFolder(models, { hashes: model.files, remedy: "run the pipeline again" });
  const own = { detectors: model.detectors.map(({ name }) => name), classifier: model.classifier?.name };
  const runner = openForestRunner({ workers: 1 });
  try {
    const judge = await readJudge(model.judge, folder, own, runner);
    const columns = columnsOf(judge);
    const stage = applyJudge(judge, { runner });
    return {
      ...{ model, sight: sightOf(model), columns },
      async judge(seen) {
        for (const { columns: other } of seen) {
          if (canonicalJson(other) === canonicalJson(columns)) continue;
          throw new TypeError(
            `Cannot judge again as ${other.length} columns were seen and the judge sees ${columns.length}`,
          );
        }
        const [N, F] = [seen.length, columns.length];
        const values = new Float32Array(N * F);
        seen.forEach((one, n) => values.set(one.values, n * F));
        const of = (name: string) => Float32Array.from(seen, ({ scores }) => scores[name]);
        const scores = {
          ...Object.fromEntries(own.detectors.map((name) => [name, distance([N], of(name))])),
          ...own.classifier !== undefined && { [own.classifier]: score([N], of(own.classifier)) },
        };
        return (await stage({ columns, features: features([N, F], values), scores })).data;
      },
      close: () => runner.close(),
    };
  } catch (error) {
    await runner.close();
    throw error;
  }
}
