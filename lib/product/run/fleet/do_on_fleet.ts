/** Doing the tasks of a run on many machines: each as soon as what it needs is there. @module */
import { canonicalJson, sha256 } from "../../../base/io/hash.ts";
import { fleetClock } from "../../../base/text/time_left.ts";
import type { Cache } from "../cache/cache.ts";
import { atOnceFor, type Fleet, type Job, type Lost, type ScoresDone, type TasksDone } from "./job.ts";
import { NoWorkerError, RefusedError } from "./fleet_errors.ts";
import type { Round } from "../steps/rounds.ts";
import type { RunFleet } from "./run_fleet.ts";
import type { AnyTask } from "../steps/steps.ts";
import { absolutePaths, changePaths } from "./task_paths.ts";
import type { Workspace } from "../steps/workspace.ts";

/** What a run does with the ends of its tasks. */
export interface Steps {
  /** Whether anything that can still be had needs the task. */
  isWanted(task: AnyTask): boolean;
  /** Whether there is no time for the task any more. */
  isLate(task: AnyTask): boolean;
  /** Does a task; what `doIt` throws is told and remembered, so that the others go on. */
  settle(task: AnyTask, doIt: () => Promise<void>): Promise<void>;
}

/**
 * Does rounds of tasks, each when the results that it needs are there.
 *
 * @throws {NoWorkerError} where the last worker has given its job back
 * @throws {RefusedError} where a worker says that nobody can do its job
 * @throws what `settle` throws, and where the run is stopped
 */
export async function doOnFleet(
  { cache, reporter, resources, signal }: Pick<Workspace, "cache" | "reporter" | "resources" | "signal">,
  { fleet, setup, files }: RunFleet,
  rounds: readonly Round[],
  { isWanted, isLate, settle }: Steps,
): Promise<void> {
  const total = rounds.reduce((sum, { tasks }) => sum + tasks.length, 0);
  if (total === 0) return;
  const clock = fleetClock(rounds.map(({ tasks }) => tasks[0].kind));
  let done = 0;
  const tell = () => {
    const workers = fleet.workers();
    const note = workers === 0 ? "waiting for a worker" : `${workers} worker${workers === 1 ? "" : "s"}`;
    reporter.progress({ step: "Tasks", done, total, note, left: clock.left(Math.max(1, workers)) });
  };

  async function doRound({ tasks }: Round): Promise<void> {
    const own = tasks.filter((task) => isWanted(task) && !isLate(task));
    const seconds = own.length > 0 ? await doAll(own) : 0;
    for (const task of tasks.filter((task) => isWanted(task) && !own.includes(task))) {
      // Tells why it is not done.
      await settle(task, () => Promise.resolve());
    }
    clock.done(tasks[0].kind, seconds);
    done += tasks.length;
    tell();
  }
  /** Gives the seconds that the workers took. */
  async function doAll(tasks: readonly AnyTask[]): Promise<number> {
    const job: Job = changePaths({ kind: "tasks", setup, tasks }, absolutePaths(files));
    const name = `tasks-${sha256(canonicalJson(tasks.map(({ key }) => key))).slice(0, 40)}`;
    const end = await doJob(fleet, name, job, reporter.warn);
    signal.throwIfAborted();
    if (end.kind === "tasks") {
      await settleAll(tasks, end);
      return end.seconds ?? 0;
    }
    // Of several it cannot be told which one it was.
    if (tasks.length > 1) {
      const each = await Promise.all(tasks.map((task) => doAll([task])));
      return each.reduce((sum, seconds) => sum + seconds);
    }
    const reason = end.kind === "lost" ? end.reason : `the answer is one of another job: ${end.kind}`;
    await settle(tasks[0], () => Promise.reject(new Error(`Cannot do it as ${reason}`)));
    return 0;
  }
  async function settleAll(tasks: readonly AnyTask[], { ends, spent }: TasksDone): Promise<void> {
    for (const [key, { seconds, pictures }] of spent) resources.spend(key, seconds, pictures);
    for (const task of tasks) {
      const error = ends.find(({ key }) => key === task.key)?.error;
      await settle(task, async () => {
        if (error !== undefined) throw new Error(error);
        await arrival(cache, task.key);
      });
    }
  }

  const keeper = setInterval(tell, 1000);
  try {
    tell();
    await whenReady(rounds, () => atOnceFor(fleet.workers()), doRound, signal);
  } finally {
    clearInterval(keeper);
  }
}

/** Hands a job out until somebody does it. */
export async function doJob(
  fleet: Fleet,
  name: string,
  job: Job,
  warn: (line: string) => void,
): Promise<TasksDone | ScoresDone | Lost> {
  for (;;) {
    const end = await fleet.do(name, job);
    if (end.kind === "refused") throw new RefusedError(end.reason);
    if (end.kind !== "given back") return end;
    const who = end.worker ?? "A worker";
    if (fleet.workers() === 0) throw new NoWorkerError(`${who} has given its job back: ${end.reason}`);
    warn(`${who} has given its job back, others go on: ${end.reason}`);
  }
}

/** Other machines see a file of a shared folder late: so long, in milliseconds, at most. */
const LATE = 60_000;

/** Waits for a result that a worker says is there. */
async function arrival(cache: Cache, key: string): Promise<void> {
  for (const begun = performance.now(); !await cache.has(key);) {
    if (performance.now() - begun > LATE) {
      throw new Error(
        `Cannot find the finished step "${key}" in ${cache.root}, which a worker has kept: name one folder with ` +
          "--cache here and there",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Does rounds when all that they need of the others has ended, in their order where several could be done. */
export async function whenReady(
  rounds: readonly Round[],
  atOnce: () => number,
  doRound: (round: Round) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const roundOf = new Map(rounds.flatMap((round) => round.tasks.map(({ key }) => [key, round])));
  const behind = new Map<Round, Set<Round>>(rounds.map((round) => [round, new Set()]));
  const open = new Map<Round, number>();
  for (const round of rounds) {
    const needs = new Set(round.tasks.flatMap(({ needs }) => needs.flatMap((key) => roundOf.get(key) ?? [])));
    needs.delete(round);
    for (const need of needs) behind.get(need)!.add(round);
    open.set(round, needs.size);
  }
  const ready = rounds.filter((round) => open.get(round) === 0);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  stopped.catch(() => {});
  const running = new Set<Promise<void>>();
  while (ready.length > 0 || running.size > 0) {
    signal.throwIfAborted();
    while (ready.length > 0 && running.size < atOnce()) {
      const round = ready.shift()!;
      const work = doRound(round).then(() => {
        for (const next of behind.get(round)!) {
          open.set(next, open.get(next)! - 1);
          if (open.get(next) === 0) ready.push(next);
        }
      }).finally(() => running.delete(work));
      running.add(work);
      // Told by the race; what fails behind the first is of no use any more.
      work.catch(() => {});
    }
    await Promise.race([...running, stopped]);
  }
}
