/** Doing the tasks of a run that are missing. @module */
import type { Experiment } from "../experiment/experiment.ts";
import { attempt, type Failure } from "../experiment/failures.ts";
import { gridClock } from "../../base/text/time_left.ts";
import { doOnFleet, type Steps } from "./fleet/do_on_fleet.ts";
import { blockedBy, missingFor, reach } from "./plan/graph.ts";
import { demandsOf } from "./plan/demands.ts";
import { planRun } from "./plan/plan.ts";
import type { RunPlan } from "./plan/run_plan.ts";
import { type Round, roundsOf } from "./steps/rounds.ts";
import { type AnyTask, runTask, STEPS } from "./steps/steps.ts";
import { type Kind, KINDS } from "./steps/task.ts";
import type { Budget } from "./budget.ts";
import type { Workspace } from "./steps/workspace.ts";

/** What was done. */
export interface Done {
  /** Without the features of detectors that are lost. */
  readonly plan: RunPlan;
  /** The tasks that failed, by their keys. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/**
 * Does what is missing. What fails is reported, and what needs it is left out; where a detector fails, the features of the
 * others are planned without it.
 */
export async function doTasks(work: Workspace, experiments: readonly Experiment[], first: RunPlan): Promise<Done> {
  const failures = new Map<string, Failure>();
  for (let plan = first;;) {
    await doMissing(work, plan, failures);
    await work.resources.keepTimes();
    const next = failures.size > 0 ? await planRun(work, experiments, failures) : plan;
    const detectors = (of: RunPlan) => of.seeds.map(({ features }) => features.detectors.join()).join(";");
    if (detectors(next) === detectors(plan)) return { plan: next, failures };
    plan = next;
  }
}

/** Tasks that are done at the same time, at most; the workers behind them take their turns. */
const AT_ONCE = 8;

async function doMissing(work: Workspace, plan: RunPlan, failures: Map<string, Failure>): Promise<void> {
  const { graph } = plan;
  const demands = demandsOf(work, plan);
  const missing = await missingFor(work.cache, graph, demands.flat());
  const todo = Map.groupBy([...graph.values()].filter(({ key }) => missing.has(key)), ({ kind }) => kind);
  const candidates = candidatesOf(work, plan);
  // What only lost cells need is not done: a broken feature is reported once and not for every few pictures.
  let wanted = await wantedOf(plan, demands, failures);
  const steps: Steps = {
    isWanted: ({ key }) => wanted.has(key),
    isLate: ({ key }) => candidates.has(key) && work.budget.isOver(),
    async settle(task, doIt) {
      const failure = await attempt(work, task.title, () => {
        if (steps.isLate(task)) throw new OutOfTimeError(work.budget);
        return doIt();
      });
      if (!failure) return;
      failures.set(task.key, failure);
      wanted = await wantedOf(plan, demands, failures);
    },
  };
  const rounds = KINDS.map((kind) => ({ kind, rounds: roundsOf(kind, todo.get(kind) ?? []) }));
  if (work.fleet) return await doOnFleet(work, work.fleet, rounds.flatMap(({ rounds }) => rounds), steps);
  const clock = gridClock([...todo.get("fit") ?? [], ...todo.get("train") ?? []].map(nameOf));

  async function doOne(task: AnyTask): Promise<void> {
    work.signal.throwIfAborted();
    if (!steps.isWanted(task)) return;
    const begun = performance.now();
    await steps.settle(task, () => runTask(work.resources, task));
    if (task.kind !== "fit" && task.kind !== "train") return;
    const line = clock.done(nameOf(task), (performance.now() - begun) / 1000);
    if (line) work.reporter.say(line);
  }
  for (const { kind, rounds: own } of rounds) {
    await doRounds(work, kind, own, doOne);
    // Maps are all that detectors are loaded for.
    if (kind === "map") await work.resources.unload();
  }
}

/** The forests that methods are chosen by. */
function candidatesOf({ definition }: Workspace, { seeds }: RunPlan): ReadonlySet<string> {
  if (!Object.values(definition.methods).some((how) => "best" in how)) return new Set();
  return new Set(
    seeds.flatMap(({ cells }) => cells.flatMap(({ forest }) => forest?.folds ?? [])).map(({ key }) => key),
  );
}

/** A method is not weighed any more as the time for that is over. */
class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
  constructor({ minutes }: Budget) {
    super(
      `Cannot weigh it as the ${minutes} minute${
        minutes === 1 ? "" : "s"
      } for choosing are over: finished steps are kept, ` +
        "so that the same command gets further, as does more of --minutes",
    );
  }
}

/** The tasks behind all that can still be had. */
async function wantedOf(
  { graph }: RunPlan,
  demands: readonly (readonly string[])[],
  failures: ReadonlyMap<string, Failure>,
): Promise<ReadonlySet<string>> {
  if (failures.size === 0) return await reach(graph, demands.flat());
  const failureOf = blockedBy(graph, failures);
  const live = demands.filter((needs) => !needs.some(failureOf));
  return await reach(graph, live.flat());
}

async function doRounds(
  { reporter }: Workspace,
  kind: Kind,
  rounds: readonly Round[],
  doOne: (task: AnyTask) => Promise<void>,
): Promise<void> {
  const { progress, atOnce } = STEPS[kind];
  if (rounds.length === 0) return;
  const total = rounds.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  const tell = (count: number) => {
    done += count;
    if (progress) reporter.progress({ step: progress, done, total });
  };
  tell(0);
  async function doRound({ tasks, count }: Round): Promise<void> {
    for (const task of tasks) await doOne(task);
    tell(count);
    // Gives progress, Ctrl-C and the workers their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  if (atOnce) {
    // Not all at the same time, so that what the time does not suffice for has not begun.
    let next = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (next < rounds.length) await doRound(rounds[next++]);
    }));
  } else for (const round of rounds) await doRound(round);
}

function nameOf(task: AnyTask): string {
  return task.kind === "fit" ? task.spec.detector.name : task.kind === "train" ? task.spec.classifier.name : task.kind;
}
