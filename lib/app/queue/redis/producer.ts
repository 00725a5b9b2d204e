/** Handing jobs out and waiting for their ends. @module */
import { type Job as Queued, Queue, QueueEvents } from "bullmq";
import type { Answer, JobEnd } from "../../../product/run/fleet/job.ts";
import type { QueuedJob } from "../../../product/run/fleet/job_payload.ts";
import type { FromQueue, Kin, ToQueue } from "../messages.ts";
import { reasonOf, type Server } from "./connect.ts";
import type { Registry } from "./registry.ts";

/** Between two looks at what is under way, in milliseconds: what was missed while the server was away is found then. */
const SWEEP = 3_000;
/** Events, and jobs that have ended, that the server keeps at most: they are memory. */
const KEPT = 1_000;

/** What hands jobs out. */
export interface Producer {
  take(message: ToQueue): void;
}

interface Pending {
  readonly ids: number[];
  readonly job: QueuedJob;
  readonly tries: number;
  readonly reuse: boolean;
}

/** Opens a producer. */
export async function openProducer(
  { redis, another, address: { prefix } }: Server,
  { kin, registry, send }: { kin: Kin; registry: Registry; send: (message: FromQueue) => void },
): Promise<Producer> {
  const queue = new Queue<QueuedJob, Answer>(kin.id, {
    ...{ connection: redis, prefix },
    streams: { events: { maxLen: KEPT } },
  });
  const events = new QueueEvents(kin.id, { connection: another(), prefix });
  // Told by the connection itself.
  queue.on("error", () => {});
  events.on("error", () => {});
  await events.waitUntilReady();
  const pending = new Map<string, Pending>();
  let workers = 0;

  async function countWorkers(): Promise<void> {
    const all = (await registry.members()).filter(({ role }) => role === "worker");
    const own = all.filter((member) => member.kin.id === kin.id);
    // What does several jobs at once counts as several.
    workers = own.reduce((sum, { atOnce }) => sum + atOnce, 0);
    const others = new Set(all.filter((member) => member.kin.id !== kin.id).map((member) => member.kin.text));
    send({ type: "workers", count: workers, others: [...others] });
  }
  async function settle(name: string, end: JobEnd): Promise<void> {
    const waiting = pending.get(name);
    if (!waiting) return;
    pending.delete(name);
    await queue.remove(name).catch(() => {});
    // Whoever waits for the end must be told it, whether the server is there or not.
    if (end.kind === "given back") await countWorkers().catch(() => {});
    for (const id of waiting.ids) send({ type: "end", id, end, workers });
  }
  async function handOut(name: string): Promise<void> {
    const wanted = pending.get(name);
    if (!wanted) return;
    const state = await queue.getJobState(name);
    const found = state === "completed" && wanted.reuse ? await queue.getJob(name) : undefined;
    if (found && isDone(found)) return await settle(name, found.returnvalue);
    if (["completed", "failed"].includes(state)) await queue.remove(name);
    else if (state !== "unknown") return;
    await queue.add("job", wanted.job, {
      ...{ jobId: name, attempts: wanted.tries },
      removeOnComplete: { count: KEPT },
      removeOnFail: { count: KEPT },
    });
    // It has ended meanwhile: nobody waits for this one.
    if (!pending.has(name)) await queue.remove(name);
  }
  async function look(name: string): Promise<void> {
    // The state first: what a job that was not done yet has given is nothing.
    const state = await queue.getJobState(name);
    const job = state === "completed" || state === "failed" ? await queue.getJob(name) : undefined;
    if (job?.returnvalue && state === "completed") await settle(name, job.returnvalue);
    else if (job && state === "failed") await settle(name, lostOf(job.failedReason));
    // The server has forgotten it, or somebody else has taken it back.
    else if (state === "unknown") await handOut(name);
  }
  events.on("completed", ({ jobId }) => {
    if (pending.has(jobId)) void look(jobId).catch(() => {});
  });
  events.on("failed", ({ jobId, failedReason }) => {
    if (pending.has(jobId)) void settle(jobId, lostOf(failedReason)).catch(() => {});
  });
  let looking = false;
  setInterval(async () => {
    if (looking) return;
    looking = true;
    try {
      await countWorkers();
      for (const name of [...pending.keys()]) await look(name);
    } catch {
      // The server is away: the next look finds the same.
    } finally {
      looking = false;
    }
  }, SWEEP);
  await countWorkers();
  return {
    take(message) {
      if (message.type === "do") {
        const { id, name, job, tries, reuse } = message;
        const found = pending.get(name);
        if (found) return void found.ids.push(id);
        pending.set(name, { ids: [id], job, tries, reuse });
        handOut(name).catch((error) =>
          send({ type: "tell", line: `A job could not be handed out: ${reasonOf(error)}` })
        );
      } else if (message.type === "take back") {
        void takeBack().catch(() => {}).finally(() => send({ type: "taken back" }));
      }
    },
  };

  async function takeBack(): Promise<void> {
    const names = [...pending.keys()];
    pending.clear();
    for (const name of names) {
      const job = await queue.getJob(name);
      if (job && await job.getState() === "waiting") await queue.remove(name);
    }
    await registry.leave();
  }
}

function isDone({ returnvalue }: Queued<QueuedJob, Answer>): boolean {
  return returnvalue?.kind === "tasks" || returnvalue?.kind === "score";
}

function lostOf(reason: string | undefined): JobEnd {
  return { kind: "lost", reason: reason ?? "its worker ended" };
}
