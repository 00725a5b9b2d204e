/** Jobs of the service: one a project at a time; what they tell goes to the record and to pages. @module */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { addJob, addLine, endJob, findJob, interruptJobs, type Job, resumeJob } from "../../../product/station/jobs.ts";
import { projectFolder } from "../../../product/station/projects.ts";
import { hasSegmentMap, segmentMapPath } from "../../../product/station/segment_map.ts";
import type { Station } from "../../../product/station/station.ts";
import { layOut, trainingParts } from "../../../product/station/training_set.ts";
import { addVersion, type Version } from "../../../product/station/versions.ts";
import type { ScorerOptions } from "../../../product/model/scorer.ts";
import { GOOD_PARTS } from "../../../picture/image/settings.ts";
import type { Live } from "../live.ts";
import { meanPicture } from "../mean_picture.ts";
import { beginTraining, type Child } from "./child.ts";
import { importFolder, type ImportSpec } from "./import_folder.ts";
import { learnableVersion, learningChanges, type LearnSpec } from "./learning.ts";
import { rescore, type RescoreSpec } from "./rescore.ts";
import { followProgress, type JobProgress } from "./progress.ts";
import type { ThresholdWish, TrainingMessage } from "./training_spec.ts";

/** What a training is asked for. */
export interface TrainSpec extends ThresholdWish {
  /** With the project's segment map; where left out, if there is one. */
  readonly segments?: boolean;
  /** The same without it too, to compare. */
  readonly both?: boolean;
  /** Turns and moves each picture first, so that the part lies as in the mean good picture. */
  readonly align?: boolean;
  readonly minutes?: number;
  readonly by?: string;
}

/** A job as it is told. */
export interface JobView extends Omit<Job, "spec" | "state">, Omit<JobProgress, "note"> {
  readonly state: Job["state"] | "stopping";
  readonly note: string | null;
}

/** Jobs of all projects. */
export interface Jobs {
  train(project: string, spec: TrainSpec): JobView;
  learn(project: string, spec: LearnSpec): JobView;
  importFolder(project: string, spec: ImportSpec): JobView;
  compare(version: Version): JobView;
  resume(id: number): JobView;
  /** Where nothing is lost. */
  stop(id: number): JobView;
  view(job: Job): JobView;
  /** Ends all; they are found interrupted. */
  close(): Promise<void>;
}

type NewVersion = Parameters<typeof addVersion>[1];

interface Running {
  progress?: JobProgress;
  stopping: boolean;
  stop(): void;
  ended: Promise<void>;
  told: number;
}

/** Of what a job has said, the last. */
const SHOWN_LINES = 200;
/** Between two reports of progress to pages. */
const TOLD_MS = 200;

export function openJobs(
  { station, live, maxPixels, model, busy, log }: {
    readonly station: Station;
    readonly live: Live;
    readonly maxPixels?: number;
    /** How candidates are loaded. */
    readonly model: ScorerOptions;
    /** Whether parts of the line wait. */
    readonly busy: () => boolean;
    readonly log: (line: string) => void;
  },
): Jobs {
  interruptJobs(station);
  const running = new Map<number, Running>();
  let closing = false;

  function view({ spec: _, lines, ...job }: Job): JobView {
    const now = running.get(job.id);
    const { step = "", done = 0, total = 0, note = null, secondsLeft = null } = now?.progress ?? {};
    return {
      ...job,
      ...{ step, done, total, note, secondsLeft, lines: lines.slice(-SHOWN_LINES) },
      ...now?.stopping && job.state === "running" && { state: "stopping" },
    };
  }
  function tell(id: number): void {
    const job = findJob(station, id);
    live.tell({ project: job.project, kind: "job", data: { job: view(job) } });
  }

  /** Begins the work of a job and ends the job with it. */
  function begin(job: Job): JobView {
    const stopping = new AbortController();
    const state: Running = {
      stopping: false,
      stop: () => {
        state.stopping = true;
        stopping.abort();
      },
      told: 0,
      ended: Promise.resolve(),
    };
    running.set(job.id, state);
    const follow = followProgress();
    const report = {
      say: (line: string) => addLine(station, job.id, line),
      warn: (line: string) => addLine(station, job.id, `Warning: ${line}`),
      progress(progress: Parameters<typeof follow>[0]) {
        state.progress = follow(progress);
        const now = performance.now();
        if (now - state.told < TOLD_MS && progress.done < progress.total) return;
        state.told = now;
        tell(job.id);
      },
    };
    state.ended = work(job, report, stopping.signal).then(
      // The version and the end of the job are one change: a kill between them would make another one of it.
      (made) => station.transaction(() => end({ state: "done", version: made && addVersion(station, made).id })),
      (error) => {
        // A service that ends has not stopped its jobs: they are to go on.
        if (closing) end({ state: "interrupted" });
        else if (state.stopping) end({ state: "stopped" });
        else {
          log(`${job.kind} of ${job.project}: ${describeError(error)}`);
          end({ state: "failed", error: describeError(error) });
        }
      },
    );
    function end(how: Parameters<typeof endJob>[2]): void {
      running.delete(job.id);
      endJob(station, job.id, how);
      tell(job.id);
    }
    tell(job.id);
    return view(findJob(station, job.id));
  }

  type Report = Parameters<typeof importFolder>[2];

  async function work(job: Job, report: Report, signal: AbortSignal): Promise<NewVersion | null> {
    if (job.kind === "import") {
      await importFolder({ station, maxPixels }, { ...job.spec as ImportSpec, project: job.project }, report, signal);
      return null;
    }
    if (job.kind === "compare") {
      await rescore({ station, model, busy }, job.spec as RescoreSpec, report, signal);
      return null;
    }
    return await trainWith(job as Job<TrainSpec & LearnSpec>, report, signal);
  }

  /** Maps are painted over the mean good picture, so that parts are to lie as in it. */
  async function keepReference(project: string): Promise<string> {
    const path = join(projectFolder(station, project), "reference.png");
    await writeFileAtomic(path, await meanPicture(station, project, { maxPixels }));
    return path;
  }

  async function trainWith(job: Job<TrainSpec & LearnSpec>, report: Report, signal: AbortSignal): Promise<NewVersion> {
    const { project, kind, spec } = job;
    const folder = projectFolder(station, project);
    const parts = trainingParts(station, project, kind === "learn" ? ["training", "judged"] : ["training"]);
    const { folder: data, ids } = await layOut(station, project, parts);
    signal.throwIfAborted();
    const map = segmentMapPath(station, project);
    const mapped = hasSegmentMap(station, project) && spec.segments !== false;
    const { recall, confidence, falseAlarms } = spec;
    const wish = {
      ...recall !== undefined && { recall },
      ...confidence !== undefined && { confidence },
      ...falseAlarms !== undefined && { falseAlarms },
    };
    const { pipeline, changes } = kind === "learn" ? await learningChanges(station, project, ids) : {
      pipeline: fileURLToPath(new URL("../../../../pipelines/folder.ts", import.meta.url)),
      changes: {
        ...mapped && { segments: map },
        ...spec.align && { align: mapped ? await keepReference(project) : GOOD_PARTS },
        decision: wish,
      },
    };
    const done = Promise.withResolvers<Extract<TrainingMessage, { kind: "done" }>>();
    const child: Child = beginTraining({
      ...{ data, pipeline, changes, name: `job-${job.id}`, minutes: spec.minutes, worth: kind !== "learn" },
      both: kind === "train" && spec.both === true && mapped,
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
    }, (message) => {
      if (message.kind === "say" || message.kind === "warn") report[message.kind](message.line);
      else if (message.kind === "progress") report.progress(message.progress);
      else if (message.kind === "done") done.resolve(message);
      else done.reject(new Error(message.kind === "failed" ? message.error : "Stopped"));
    });
    const stop = () => child.stop();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      const { run, facts } = await done.promise;
      return { project, kind: kind === "learn" ? "learn" : "train", run, facts };
    } finally {
      signal.removeEventListener("abort", stop);
      await child.ended;
    }
  }

  return {
    train: (project, spec) => begin(addJob(station, { project, kind: "train", spec })),
    learn(project, spec) {
      // What no other try would change is no job.
      learnableVersion(station, project);
      return begin(addJob(station, { project, kind: "learn", spec }));
    },
    importFolder: (project, spec) => begin(addJob(station, { project, kind: "import", spec })),
    compare: ({ id, project }) => begin(addJob(station, { project, kind: "compare", spec: { version: id } })),
    resume: (id) => begin(resumeJob(station, id)),
    stop(id) {
      const job = findJob(station, id);
      running.get(id)?.stop();
      tell(id);
      return view(job);
    },
    view,
    async close() {
      closing = true;
      const all = [...running.values()];
      for (const one of all) one.stop();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
