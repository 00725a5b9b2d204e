/** Looking at a queue, and tidying it up. @module */
import { Queue } from "bullmq";
import type { Answer } from "../../../product/run/fleet/job.ts";
import type { QueuedJob } from "../../../product/run/fleet/job_payload.ts";
import type { Kin } from "../messages.ts";
import type { Server } from "./connect.ts";
import { prometheus, type QueueFigures } from "./metrics.ts";
import type { Registry } from "./registry.ts";

/** What can be asked of a queue. */
export type Question = "status" | "retry" | "drain" | "metrics";

/** Answers a question, in words. */
export async function answer(server: Server, registry: Registry, what: Question): Promise<string> {
  const kins = await registry.kins();
  if (what === "retry" || what === "drain") {
    const counts = await Promise.all(kins.map((kin) => withQueue(server, kin, what === "retry" ? retry : drain)));
    const count = counts.reduce((sum, each) => sum + each, 0);
    const jobs = `${count} job${count === 1 ? "" : "s"}`;
    return what === "retry" ? `${jobs} that had failed are waiting again` : `${jobs} taken out of the queue`;
  }
  const figures = await Promise.all(kins.map((kin) => figuresOf(server, registry, kin)));
  const memory = Number(/^used_memory:(\d+)/m.exec(await server.redis.info("memory"))?.[1] ?? 0);
  return what === "metrics" ? prometheus(figures, memory) : describe(figures, memory);
}

async function withQueue<T>(
  { redis, address: { prefix } }: Server,
  kin: Kin,
  use: (queue: Queue<QueuedJob, Answer>) => Promise<T>,
): Promise<T> {
  const queue = new Queue<QueuedJob, Answer>(kin.id, { connection: redis, prefix });
  queue.on("error", () => {});
  return await use(queue);
}

async function retry(queue: Queue): Promise<number> {
  const { failed } = await queue.getJobCounts("failed");
  await queue.retryJobs({ state: "failed" });
  return failed;
}

async function drain(queue: Queue): Promise<number> {
  const { waiting, completed, failed } = await queue.getJobCounts("waiting", "completed", "failed");
  await queue.drain(true);
  for (const state of ["completed", "failed"] as const) await queue.clean(0, 0, state);
  return waiting + completed + failed;
}

/** Reasons of failed jobs that are told, at most. */
const REASONS = 5;

async function figuresOf(server: Server, registry: Registry, kin: Kin): Promise<QueueFigures> {
  const members = (await registry.members()).filter((member) => member.kin.id === kin.id);
  return await withQueue(server, kin, async (queue) => ({
    kin,
    members,
    jobs: await queue.getJobCounts("waiting", "active", "completed", "failed"),
    totals: await registry.counts(kin),
    reasons: (await queue.getFailed(0, REASONS - 1)).map(({ id, failedReason }) => `${id}: ${failedReason}`),
  }));
}

function describe(all: readonly QueueFigures[], memory: number): string {
  const shown = all.filter(({ members, jobs }) => members.length > 0 || Object.values(jobs).some((count) => count > 0));
  const lines = shown.flatMap(({ kin, members, jobs, totals, reasons }) => [
    kin.text,
    `  jobs     ${Object.entries(jobs).map(([state, count]) => `${count} ${state}`).join(", ")}`,
    `  done     ${totals.jobs ?? 0} jobs in ${Math.round(totals.seconds ?? 0)} s of work; ${
      totals.deaths ?? 0
    } workers ended at one`,
    ...members.map(({ role, host, pid, busy, atOnce }) =>
      `  ${role.padEnd(8)} ${host}, process ${pid}${role === "worker" ? `, ${busy} of ${atOnce} in hand` : ""}`
    ),
    ...reasons.map((reason) => `  failed   ${reason}`),
  ]);
  const nobody = shown.length === 0 ? ["Nobody is at this queue, and nothing waits"] : [];
  return [...nobody, ...lines, `Redis uses ${(memory / 2 ** 20).toFixed(1)} MiB`].join("\n");
}
