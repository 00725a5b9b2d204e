/** A run's models, loaded to score pictures one batch at a time: what `score` and a service stand on. @module */
import type { Photo } from "../../domain.ts";
import { checkThreshold, decide, type Decision } from "../../method/evaluate/decide.ts";
import { reasonsInWords } from "../../method/forest/reason.ts";
import { explainJudge, titleOf } from "../../method/judge/table.ts";
import type { PictureLimits } from "../../picture/image/decode.ts";
import { toPhoto } from "../../picture/image/pixels.ts";
import { type PictureSource, readSource } from "../../picture/image/read_source.ts";
import { toImage } from "../../picture/image/image.ts";
import { openGate } from "../../base/workers/gate.ts";
import { asTheyLie, type PictureSettings } from "../../picture/image/settings.ts";
import { resizePixels, type Size } from "../../picture/image/resize.ts";
import { type Details, detailsOf } from "./details.ts";
import type { Judging } from "./judging.ts";
import { isExported } from "./exported_place.ts";
import { segad } from "./flow.ts";
import type { GoodParts } from "./good_parts.ts";
import type { ModelFile } from "./model_file.ts";
import { type Seen, seenOf } from "./seen.ts";
import { type LoadModelOptions, openModel } from "./open_model.ts";

/** A picture to score: a photo of the model's size, and what its segment map is found by. */
export interface NamedPhoto {
  /** What the picture is called; its segment map is found by it. */
  readonly id: string;
  /** The picture at the size of the model, as `read` gives it. */
  readonly photo: Photo;
  /** Of its file, as `open` gives it: a picture of other proportions is not judged. */
  readonly size?: Size;
}

/** What is decided of a picture: "not_judged" where it cannot be one of the part that the model knows. */
export type Called = Decision | "not_judged";

/** What the model says of a picture. */
export interface Verdict {
  /** Log-odds of the forest, or a distance where the method is a detector alone; higher is more likely bad. */
  readonly score: number;
  /** Bad where the score is at least the threshold, and to be looked at where it is at least the scorer's `review`. */
  readonly decision: Called;
  /** What pushed the score, in words; of a picture that is not judged, why. */
  readonly reason: string;
}

/** A verdict with what it is made of. */
export interface DetailedVerdict extends Verdict {
  /** Maps, segments, contributions and the worst place. */
  readonly details: Details;
  /** What the judge was shown. */
  readonly seen: Seen;
}

/** A loaded model. */
export interface Scorer {
  /** What `model.json` says. */
  readonly model: ModelFile;
  /** A part whose score is at least this is bad. */
  readonly threshold: number;
  /** A part whose score is at least this and below the threshold must be looked at; undefined where there is one threshold. */
  readonly review?: number;
  /** How pictures are read: as the model was fitted with, unless options say otherwise. Scoring aligns them, where it does. */
  readonly picture: Omit<PictureSettings, "align">;
  /** What good training parts look like; undefined of models of earlier releases, which judge every picture. */
  readonly goodParts?: GoodParts;
  /** Scores pictures, in their order. Throws a RangeError where a map or a score is not finite, as there is no verdict on those. */
  score(batch: readonly NamedPhoto[]): Promise<Verdict[]>;
  /** The same verdicts, and with each what it is made of. */
  score(batch: readonly NamedPhoto[], options: { readonly details: true }): Promise<DetailedVerdict[]>;
  /** Reads and resizes a picture: a path, a URL, the bytes of a file, or a frame of a camera. */
  read(source: PictureSource): Promise<Photo>;
  /** The same, with the size that the picture had. */
  open(source: PictureSource): Promise<Pick<NamedPhoto, "photo"> & { readonly size: Size }>;
  /** The file of a picture's segment map, where the run has one a picture; undefined where there is none. */
  segmentFile(id: string): string | undefined;
  /** Frees the models and ends the workers, when what is being scored is done. */
  close(): Promise<void>;
}

/** How to open a model. */
export interface ScorerOptions extends LoadModelOptions, PictureLimits {
  /** In place of the thresholds that the run has set; a finite number. */
  readonly threshold?: number;
  /** A second one, not above the threshold: parts between the two are to be looked at. */
  readonly review?: number;
  /** Judges pictures too that cannot be of the part. */
  readonly judgeAll?: boolean;
  /**
   * Turns and moves pictures first, so that the part lies as in the mean good picture; models of earlier releases have none. A
   * model of aligned pictures aligns by itself, with the picture that it was fitted with.
   */
  readonly align?: boolean;
}

/** Said of a picture that goes with the usual one nowhere. */
const LOST = "the part is not found in the picture, so that it cannot be aligned";

/** From which scores on parts are bad, and to be looked at. */
export type ScoreLimits = Pick<Scorer, "threshold" | "review" | "goodParts">;

/**
 * The thresholds of a model, or those in place of them.
 *
 * @throws {RangeError} where the one from which on parts are looked at is above that from which on they are bad
 */
export function limitsOf(
  { decision }: Pick<ModelFile, "decision">,
  options: Pick<ScorerOptions, "threshold" | "review">,
): ScoreLimits {
  const threshold = options.threshold ?? decision.threshold;
  // One that is given stands in place of both of the run's.
  const review = options.review ?? (options.threshold === undefined ? decision.review : undefined);
  if (review === undefined) return { threshold };
  if (review <= threshold) return { threshold, review };
  throw new RangeError(
    `Cannot score as parts cannot be looked at from ${review} on, above the threshold ${threshold} from which on they are bad`,
  );
}

/**
 * Loads `models/` of a run folder, or a model that was exported of one: its file, or its folder.
 *
 * @throws {Error} where a file is missing or broken, with its path
 * @throws {TypeError | RangeError} where a threshold that is given is no finite number
 * @throws {RangeError} where the one from which on parts are looked at is above that from which on they are bad
 * @throws {TypeError} where the run has a feature set of the user's own, and it is not given
 *
 * ```ts ignore
 * const scorer = await openScorer("runs/vad/2026-01-31T12-30-05");
 * const photo = await scorer.read("a.png");
 * const [{ score, decision, reason }] = await scorer.score([{ id: "a.png", photo }]);
 * ```
 */
export async function openScorer(run: string, options: ScorerOptions = {}): Promise<Scorer> {
  for (const given of [options.threshold, options.review]) if (given !== undefined) checkThreshold(given);
  const opened = isExported(run)
    ? await (await import("./exported_model.ts")).openExported(run, options)
    : await openJudging(run, options);
  const { file: model, explanation, titles, judge, goodParts, reference, close } = opened;
  const whyNot = goodParts && !options.judgeAll
    ? (await import("./plausible.ts")).plausibilityOf(goodParts)
    : () => undefined;
  const { depth = model.picture.depth, maxPixels = model.picture.maxPixels } = options;
  const picture = { ...asTheyLie(model.picture), depth, maxPixels };
  const gate = openGate("score", "the scorer");
  if (options.align && !goodParts && !reference) {
    await close();
    throw new Error(
      `Cannot align pictures with "${run}" as an earlier release has made it, which kept no mean picture: run the pipeline or ` +
        "fit again",
    );
  }
  const usual = reference ?? (options.align ? goodParts?.mean : undefined);
  const align = usual && (await import("../../picture/align/align.ts")).alignerTo(usual);
  let limits: ScoreLimits;
  try {
    limits = limitsOf(model, options);
  } catch (error) {
    await close();
    throw error;
  }
  const { threshold, review } = limits;

  async function score(batch: readonly NamedPhoto[]): Promise<Verdict[]>;
  async function score(
    batch: readonly NamedPhoto[],
    options: { readonly details: true },
  ): Promise<DetailedVerdict[]>;
  async function score(
    given: readonly NamedPhoto[],
    { details = false }: { readonly details?: boolean } = {},
  ): Promise<Verdict[] | DetailedVerdict[]> {
    if (given.length === 0) return [];
    for (const one of given) checkPhoto(one, picture);
    const aligned = align && given.map(({ photo }) => align(photo));
    const batch = aligned ? given.map((one, n) => ({ ...one, photo: aligned[n].photo })) : given;
    const pictures = { ids: batch.map(({ id }) => id), image: toImage(batch.map(({ photo }) => photo)) };
    const judged = await opened.judged(pictures, details);
    const contributions = await explanation?.contributions(judged);
    const decisions = Array.from(judged.score.data, (value) => decide(value, threshold, review));
    const reasons = explanation && contributions
      ? reasonsInWords({
        features: judged.features,
        contributions,
        bad: decisions.map((decision) => decision !== "good"),
        model: explanation,
        names: titles,
      })
      : decisions.map(byThreshold);
    const verdicts = decisions.map((decision, n): Verdict => {
      const lost = aligned && !aligned[n].found && !options.judgeAll ? LOST : undefined;
      const why = whyNot(batch[n].photo, batch[n].size) ?? lost;
      const score = judged.score.data[n];
      return why === undefined
        ? { score, decision, reason: reasons[n] }
        : { score, decision: "not_judged", reason: `not judged: ${why}` };
    });
    if (!details) return verdicts;
    const explained = explanation && contributions && { contributions, goodQuantiles: explanation.goodQuantiles };
    return verdicts.map((verdict, n) => ({
      ...verdict,
      details: { ...detailsOf(opened, judged, explained, n), ...aligned && { aligned: batch[n].photo } },
      seen: seenOf(judged, n),
    }));
  }

  /** What is being scored ends before the networks are freed. */
  function gated(batch: readonly NamedPhoto[]): Promise<Verdict[]>;
  function gated(batch: readonly NamedPhoto[], options: { readonly details: true }): Promise<DetailedVerdict[]>;
  function gated(batch: readonly NamedPhoto[], options?: { readonly details: true }) {
    return gate.run<Verdict[] | DetailedVerdict[]>(() => options ? score(batch, options) : score(batch));
  }

  function byThreshold(decision: Decision): string {
    const score = `${judge} score`;
    if (decision === "review") return `${score} from ${review!.toPrecision(4)} to below ${threshold.toPrecision(4)}`;
    const [side, limit] = decision === "bad" ? ["at or above", threshold] : ["below", review ?? threshold];
    return `${score} ${side} the threshold ${limit.toPrecision(4)}`;
  }

  async function open(source: PictureSource) {
    const pixels = await readSource(source, picture);
    const { height, width } = pixels;
    return { photo: toPhoto(resizePixels(pixels, picture, picture.filter)), size: { height, width } };
  }

  return {
    model,
    threshold,
    ...review !== undefined && { review },
    picture,
    ...goodParts && { goodParts },
    score: gated,
    read: async (source) => (await open(source)).photo,
    open,
    segmentFile: opened.segmentFile,
    close: () => gate.close(close),
  };
}

async function openJudging(run: string, options: ScorerOptions): Promise<Judging> {
  const { file, parts, segments, goodParts, reference, close } = await openModel(run, options);
  const named = [...parts.detectors, ...parts.classifier ? [parts.classifier] : []];
  const titles = Object.fromEntries(named.map(({ name, title }) => [name, title]));
  const flow = segad(parts);
  const closer = segad({ ...parts, views: true });
  return {
    ...reference && { reference },
    ...{ file, titles, goodParts, close, detectors: parts.detectors, size: parts.size },
    judge: titleOf(parts.judge, titles),
    explanation: explainJudge(parts.judge, parts),
    judged: (pictures, views) => (views ? closer : flow)(pictures),
    segmentFile: (id) => segments.kind === "folder" ? segments.fileOf(id) : undefined,
  };
}

/**
 * Networks take pictures of one size only, which is that of the first one.
 *
 * @throws {TypeError} that names the picture
 */
function checkPhoto({ id, photo }: NamedPhoto, { height, width }: Size): void {
  const [rows, columns] = photo.shape;
  if (rows === height && columns === width) return;
  throw new TypeError(
    `Cannot score "${id}" as its photo must be ${height} × ${width} pixels, as read gives it: it is ${rows} × ${columns}`,
  );
}
