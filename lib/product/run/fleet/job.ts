/** Pieces of work for other processes and machines, as plain JSON: what is asked, and what is answered. @module */
import type { PictureScore } from "../../model/score_loaded.ts";
import type { Task } from "../steps/task.ts";
import type { Timing } from "../cache/timings.ts";

/** Tasks of a run that one worker does in a row, as they look at the same pictures. */
export interface TaskJob {
  readonly kind: "tasks";
  /** The entry of the cache that says what they are done with: see `RunSetup`. */
  readonly setup: string;
  readonly tasks: readonly Task[];
}

/** Pictures that one worker scores. */
export interface ScoreJob {
  readonly kind: "score";
  /** The entry of the cache that says what they are scored with: see `ScoreSetup`. */
  readonly setup: string;
  /** As they were typed: lines and errors call them so. */
  readonly files: readonly string[];
  /** Where those lie that were fetched for this job, by their names. */
  readonly places?: Readonly<Record<string, string>>;
}

/** What workers are asked. */
export type Job = TaskJob | ScoreJob;

/** What became of a task: an error in words where it failed. */
export interface TaskEnd {
  readonly key: string;
  readonly error?: string;
}

/** Whose answer it is. */
interface Whose {
  /** The machine and the process. */
  readonly worker?: string;
  /** Wall time of the work, without the way of the job. */
  readonly seconds?: number;
}

/** The tasks of a job, in their order, and the time that what is fitted took. */
export interface TasksDone extends Whose {
  readonly kind: "tasks";
  readonly ends: readonly TaskEnd[];
  readonly spent: readonly (readonly [key: string, timing: Timing])[];
}

/** The scores of a job, in the order of its files. */
export interface ScoresDone extends Whose {
  readonly kind: "score";
  readonly scores: readonly PictureScore[];
}

/** A job that its worker could not do for a reason of its own, such as a full disk: it takes no more, and another one may. */
export interface GivenBack extends Whose {
  readonly kind: "given back";
  /** Why, in words. */
  readonly reason: string;
}

/** A job that nobody can do. */
export interface Refused extends Whose {
  readonly kind: "refused";
  /** Why, in words. */
  readonly reason: string;
}

/** What workers answer. */
export type Answer = TasksDone | ScoresDone | GivenBack | Refused;

/** Workers ended while they were at it. */
export interface Lost {
  readonly kind: "lost";
  readonly reason: string;
}

/** How a job ended. */
export type JobEnd = Answer | Lost;

/** Processes that do jobs, here or on other machines. */
export interface Fleet {
  /**
   * Hands a job out and waits for its end.
   *
   * @param name jobs of one name are one: whoever asks for it while it is under way is told of the same end
   */
  do(name: string, job: Job): Promise<JobEnd>;
  /** How many workers take jobs now. */
  workers(): number;
}

/** Jobs that are handed out at the same time, at most: enough for every worker to find the next one, and no more. */
export function atOnceFor(workers: number): number {
  return Math.min(512, Math.max(8, 3 * workers));
}
