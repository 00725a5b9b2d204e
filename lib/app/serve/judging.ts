/** From a picture to a verdict that is kept. @module */
import { availableParallelism } from "node:os";
import type { Photo } from "../../domain.ts";
import { BATCH } from "../../method/backbone/backbone.ts";
import { describeError } from "../../base/text/describe_error.ts";
import { encodeFrame } from "../../picture/image/preview.ts";
import { type RawFrame, readSource } from "../../picture/image/read_source.ts";
import { resizePixels } from "../../picture/image/resize.ts";
import { toPhoto } from "../../picture/image/pixels.ts";
import { addPart, type PartSource } from "../../product/station/parts.ts";
import { keepPicture } from "../../product/station/pictures.ts";
import type { Seen } from "../../product/model/seen.ts";
import type { Station } from "../../product/station/station.ts";
import { lookForDrift } from "../../product/station/alarms.ts";
import { keepMeasured } from "../../product/station/measured.ts";
import type { Watched } from "../../product/drift/watched.ts";
import { keepSeen } from "../../product/station/seen.ts";
import { addVerdict, type NewVerdict, type StoredVerdict } from "../../product/station/verdicts.ts";
import { structure, structureBriefly } from "./structure.ts";
import { ServiceError } from "./http/errors.ts";
import type { Lease, LoadedModel, Models } from "./models.ts";
import { openQueue, type Queue } from "./queue.ts";

/** A picture that came in. */
export interface Incoming {
  readonly project: string;
  /** As the file is called. */
  readonly name: string;
  readonly source: PartSource;
  /** A file, or a frame of a camera. */
  readonly picture: Uint8Array<ArrayBuffer> | RawFrame;
  /** Nothing is kept where this is false. */
  readonly store: boolean;
  /** False where nobody asks for segments and box: where nothing is kept either, they are not looked for. */
  readonly details?: boolean;
  /** Does more in the transaction that keeps the verdict. */
  readonly also?: (verdict: StoredVerdict) => void;
}

/** A verdict, with what it is kept as; numbers are 0 where nothing is kept. */
export interface Outcome {
  readonly verdict: NewVerdict & { readonly id: number; readonly part: number; readonly at: string };
  /** Of the model, by its number in the station. */
  readonly version: number;
}

/** Judges pictures, some at a time. */
export interface Judging {
  /** @throws {ServiceError} where the picture cannot be read, there is no model, or the queue is full */
  judge(incoming: Incoming): Promise<Outcome>;
  /** Pictures that wait, and pictures in hand. */
  depth(): { readonly waiting: number; readonly running: number };
  /** Takes nothing more in, and waits for what it has. */
  close(): Promise<void>;
}

/** What judging is bounded by. */
export interface JudgingLimits {
  /** Pictures of a project that may wait. */
  readonly waiting: number;
  /** A picture that has waited so long is given up. */
  readonly milliseconds: number;
  /** Of a picture, at most; what the model says where left out. */
  readonly maxPixels?: number;
}

interface Scored {
  readonly verdict: NewVerdict;
  /** Of what is kept. */
  readonly seen?: Seen;
  readonly watched?: Watched;
}

interface Ready extends Lease {
  readonly incoming: Incoming;
  readonly photo: Photo;
  readonly size: { readonly width: number; readonly height: number };
  /** Of the file that is kept. */
  readonly file?: { readonly sha256: string; readonly bytes: number };
  readonly begun: number;
}

/** Whether only the score is asked for, and nothing is kept. */
function isBrief({ incoming: { store, details = true } }: Ready): boolean {
  return !store && !details;
}

export function openJudging(
  { station, models, limits, told, log }: {
    readonly station: Station;
    readonly models: Models;
    readonly limits: JudgingLimits;
    /** Told of each verdict. */
    readonly told: (project: string, verdict: NewVerdict) => void;
    readonly log: (line: string) => void;
  },
): Judging {
  const queues = new Map<string, Queue<Ready, Outcome>>();
  const { waiting, milliseconds, maxPixels } = limits;

  function queueOf(project: string): Queue<Ready, Outcome> {
    let queue = queues.get(project);
    if (!queue) {
      queue = openQueue(
        { waiting, milliseconds, batch: BATCH, preparing: availableParallelism() },
        judgeBatch,
        ({ release }) => release(),
      );
      queues.set(project, queue);
    }
    return queue;
  }

  async function prepare(incoming: Incoming): Promise<Ready> {
    const begun = performance.now();
    const { project, picture, name, store } = incoming;
    const lease = await models.lease(project);
    try {
      const { picture: settings } = lease.model.scorer;
      const pixels = await readSource(picture, { ...settings, ...maxPixels !== undefined && { maxPixels } }, name)
        .catch(
          (cause) => {
            throw new ServiceError("unreadable", describeError(cause), { cause });
          },
        );
      const { width, height } = pixels;
      const photo = toPhoto(resizePixels(pixels, settings, settings.filter));
      const file = store ? picture instanceof Uint8Array ? picture : await encodeFrame(picture) : undefined;
      const kept = file && { sha256: await keepPicture(station, file), bytes: file.byteLength };
      return { ...lease, incoming, photo, size: { width, height }, file: kept, begun };
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  async function judgeBatch(batch: readonly Ready[]): Promise<PromiseSettledResult<Outcome>[]> {
    try {
      const results: PromiseSettledResult<Scored>[] = [];
      // A model may have been exchanged between two of them.
      const groups = [...Map.groupBy(batch, ({ model }) => model).values()];
      for (const some of groups.flatMap((same) => [...Map.groupBy(same, isBrief).values()])) {
        const verdicts = await scoreEach(some);
        some.forEach((ready, i) => results[batch.indexOf(ready)] = verdicts[i]);
      }
      const outcomes = keep(batch, results);
      for (const model of new Set(batch.map(({ model }) => model))) look(model);
      return outcomes;
    } finally {
      for (const { release } of batch) release();
    }
  }

  /** Whether the parts of now are still like good ones; that is told as an event, and holds up no verdict. */
  function look({ project, version, scorer: { goodParts } }: LoadedModel): void {
    if (!goodParts) return;
    try {
      lookForDrift(station, { project, version: version.id, goodParts });
    } catch (error) {
      log(`Cannot look for drift of "${project}": ${describeError(error)}`);
    }
  }

  /** Scores at once; where that fails one by one, to find the picture that it was. */
  async function scoreEach(batch: readonly Ready[]): Promise<PromiseSettledResult<Scored>[]> {
    const [{ model: { scorer, watch } }] = batch;
    try {
      const pictures = batch.map(({ incoming: { name }, photo, size }) => ({ id: name, photo, size }));
      const taken = (i: number) => performance.now() - batch[i].begun;
      if (isBrief(batch[0])) {
        const verdicts = await scorer.score(pictures);
        return verdicts.map((verdict, i) => ({
          status: "fulfilled",
          value: { verdict: structureBriefly(verdict, scorer, taken(i)) },
        }));
      }
      const verdicts = await scorer.score(pictures, { details: true });
      return verdicts.map((verdict, i) => {
        // As it was judged.
        const { aligned: photo = batch[i].photo } = verdict.details;
        return {
          status: "fulfilled",
          value: {
            verdict: structure({ verdict, photo }, scorer, taken(i)),
            seen: verdict.seen,
            ...watch && { watched: watch(verdict.details, photo, batch[i].size) },
          },
        };
      });
    } catch (cause) {
      if (batch.length > 1) return (await Promise.all(batch.map((one) => scoreEach([one])))).flat();
      return [{ status: "rejected", reason: new ServiceError("unreadable", describeError(cause), { cause }) }];
    }
  }

  /** One transaction for all of a batch: the disk is waited for once. */
  function keep(
    batch: readonly Ready[],
    verdicts: readonly PromiseSettledResult<Scored>[],
  ): PromiseSettledResult<Outcome>[] {
    return station.transaction(() =>
      batch.map(({ incoming, model, size, file }, i) => {
        const result = verdicts[i];
        if (result.status === "rejected") return result;
        const { verdict, seen, watched } = result.value;
        const { project, name, source, also } = incoming;
        const version = model.version.id;
        told(project, verdict);
        if (!file) {
          const at = new Date().toISOString();
          return { status: "fulfilled", value: { verdict: { ...verdict, id: 0, part: 0, at }, version } };
        }
        const { part } = addPart(station, { project, name, source, role: "judged", ...size, ...file });
        const stored = addVerdict(station, {
          project,
          part: part.id,
          version: model.version.id,
          name,
          source,
          verdict,
        });
        if (seen) keepSeen(station, part.id, model.sight, seen);
        if (watched) keepMeasured(station, stored.id, watched);
        also?.(stored);
        return { status: "fulfilled", value: { verdict: stored, version } };
      })
    );
  }

  return {
    judge: (incoming) => queueOf(incoming.project).run(() => prepare(incoming)),
    depth() {
      const depths = [...queues.values()].map((queue) => queue.depth());
      return {
        waiting: depths.reduce((sum, { waiting }) => sum + waiting, 0),
        running: depths.reduce((sum, { running }) => sum + running, 0),
      };
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
