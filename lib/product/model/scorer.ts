/** A run's models, loaded to score pictures one batch at a time: what `score` and a service stand on. @module */
import type { Photo } from "../../domain.ts";
import { checkThreshold, decide } from "../../method/evaluate/decide.ts";
import { reasonsInWords } from "../../method/forest/reason.ts";
import { explainJudge, titleOf } from "../../method/judge/table.ts";
import { decodePhoto, readPhoto } from "../../picture/image/decode.ts";
import { toImage } from "../../picture/image/image.ts";
import { resizePhoto } from "../../picture/image/resize.ts";
import { type Details, detailsOf } from "./details.ts";
import { segad } from "./flow.ts";
import type { ModelFile } from "./model_file.ts";
import { type LoadModelOptions, openModel } from "./open_model.ts";

/** A picture to score: a photo of the model's size, and what its segment map is found by. */
export interface Scorable {
  /** What the picture is called; its segment map is found by it. */
  readonly id: string;
  /** The picture at the size of the model, as `read` gives it. */
  readonly photo: Photo;
}

/** What the model says of a picture. */
export interface Verdict {
  /** Log-odds of the forest, or a distance where the method is a detector alone; higher is more likely bad. */
  readonly score: number;
  /** Bad where the score is at least the threshold. */
  readonly decision: "good" | "bad";
  /** What pushed the score, in words. */
  readonly reason: string;
}

/** A verdict with what it is made of. */
export interface DetailedVerdict extends Verdict {
  /** Maps, segments, contributions and the worst place. */
  readonly details: Details;
}

/** A loaded model. */
export interface Scorer {
  /** What `model.json` says. */
  readonly model: ModelFile;
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** Scores pictures, in their order. Throws a RangeError where a map or a score is not finite: of such there is no verdict. */
  score(batch: readonly Scorable[]): Promise<Verdict[]>;
  /** The same verdicts, and with each what it is made of. */
  score(batch: readonly Scorable[], options: { readonly details: true }): Promise<DetailedVerdict[]>;
  /** Decodes and resizes a picture, a file or the bytes of one, the way that the model was fitted with. */
  read(source: string | Uint8Array): Promise<Photo>;
  /** The file of a picture's segment map, where the run has one a picture; undefined where there is none. */
  segmentFile(id: string): string | undefined;
  /** Frees the models and ends the workers. */
  close(): Promise<void>;
}

/** How to open a model. */
export interface ScorerOptions extends LoadModelOptions {
  /** In place of the threshold that the run has set; a finite number. */
  readonly threshold?: number;
}

/**
 * Loads `models/` of a run folder.
 *
 * @throws {Error} where a file is missing or broken, with its path
 * @throws {TypeError | RangeError} where the threshold that is given is no finite number
 * @throws {TypeError} where the run has a feature set of the user's own, and it is not given
 *
 * ```ts ignore
 * const scorer = await openScorer("runs/vad/2026-01-31T12-30-05");
 * const photo = await scorer.read("a.png");
 * const [{ score, decision, reason }] = await scorer.score([{ id: "a.png", photo }]);
 * ```
 */
export async function openScorer(run: string, options: ScorerOptions = {}): Promise<Scorer> {
  if (options.threshold !== undefined) checkThreshold(options.threshold);
  const { file: model, parts, segments, close } = await openModel(run, options);
  const threshold = options.threshold ?? model.decision.threshold;
  const named = [...parts.detectors, ...parts.classifier ? [parts.classifier] : []];
  const titles = Object.fromEntries(named.map(({ name, title }) => [name, title]));
  const explanation = explainJudge(parts.judge, parts);
  const flow = segad(parts);
  const closer = segad({ ...parts, views: true });

  async function score(batch: readonly Scorable[]): Promise<Verdict[]>;
  async function score(
    batch: readonly Scorable[],
    options: { readonly details: true },
  ): Promise<DetailedVerdict[]>;
  async function score(
    batch: readonly Scorable[],
    { details = false }: { readonly details?: boolean } = {},
  ): Promise<Verdict[] | DetailedVerdict[]> {
    if (batch.length === 0) return [];
    const pictures = { ids: batch.map(({ id }) => id), image: toImage(batch.map(({ photo }) => photo)) };
    const judged = await (details ? closer : flow)(pictures);
    const contributions = await explanation?.contributions(judged);
    const decisions = Array.from(judged.score.data, (value) => decide(value, threshold));
    const reasons = explanation && contributions
      ? reasonsInWords({
        features: judged.features,
        contributions,
        bad: decisions.map((decision) => decision === "bad"),
        model: explanation,
        names: titles,
      })
      : decisions.map(byThreshold);
    const verdicts = decisions.map((decision, n) => ({ score: judged.score.data[n], decision, reason: reasons[n] }));
    if (!details) return verdicts;
    return verdicts.map((verdict, n) => ({ ...verdict, details: detailsOf(parts, judged, contributions, n) }));
  }

  function byThreshold(decision: Verdict["decision"]): string {
    const side = decision === "bad" ? "at or above" : "below";
    return `${titleOf(parts.judge, titles)} score ${side} the threshold ${threshold.toPrecision(4)}`;
  }

  return {
    model,
    threshold,
    score,
    async read(source) {
      const { depth, filter } = model.picture;
      const photo = typeof source === "string"
        ? await readPhoto(source, { depth })
        : await decodePhoto(source, { depth });
      return resizePhoto(photo, model.picture, filter);
    },
    segmentFile: (id) => segments.kind === "folder" ? segments.fileOf(id) : undefined,
    close,
  };
}
