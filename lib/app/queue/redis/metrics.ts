/** The figures of a queue as Prometheus reads them. @module */
import type { Kin } from "../messages.ts";
import type { Member } from "./registry.ts";

/** What is known of the jobs of one version. */
export interface QueueFigures {
  readonly kin: Kin;
  readonly members: readonly Member[];
  /** By their states. */
  readonly jobs: Readonly<Record<string, number>>;
  /** Since the queue is there. */
  readonly totals: Readonly<Record<string, number>>;
  /** Why jobs failed. */
  readonly reasons: readonly string[];
}

/** The text format of Prometheus, version 0.0.4. */
export function prometheus(all: readonly QueueFigures[], memory: number): string {
  const lines: string[] = [];
  function metric(name: string, kind: "gauge" | "counter", help: string, rows: readonly (readonly [string, number])[]) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
    for (const [labels, value] of rows) lines.push(`${name}${labels} ${value}`);
  }
  const labels = (own: Readonly<Record<string, string>>) =>
    `{${Object.entries(own).map(([name, value]) => `${name}="${escape(value)}"`).join(",")}}`;
  const each = (of: (figures: QueueFigures) => readonly (readonly [Record<string, string>, number])[]) =>
    all.flatMap((figures) =>
      of(figures).map(([own, value]) => [labels({ version: figures.kin.text, ...own }), value] as const)
    );
  metric(
    "segad_queue_jobs",
    "gauge",
    "Jobs by state",
    each(({ jobs }) => Object.entries(jobs).map(([state, count]) => [{ state }, count])),
  );
  for (const role of ["worker", "producer"] as const) {
    metric(
      `segad_queue_${role}s`,
      "gauge",
      `Processes at the queue: ${role}s`,
      each(({ members }) => [[{}, members.filter((member) => member.role === role).length]]),
    );
  }
  metric(
    "segad_queue_busy",
    "gauge",
    "Jobs in the hands of each worker",
    each(({ members }) =>
      members.filter(({ role }) => role === "worker").map(({ id, host, busy }) => [{ worker: id, host }, busy])
    ),
  );
  for (
    const [name, of, help] of [
      ["jobs", "jobs", "Jobs done"],
      ["tasks", "tasks", "Tasks of runs done"],
      ["pictures", "pictures", "Pictures scored"],
      ["work_seconds", "seconds", "Seconds of work"],
      ["worker_deaths", "deaths", "Processes that ended at a job"],
      ["given_back", "given back", "Jobs that workers gave back"],
    ]
  ) metric(`segad_queue_${name}_total`, "counter", help, each(({ totals }) => [[{}, totals[of] ?? 0]]));
  metric("segad_queue_redis_bytes", "gauge", "Memory that the server uses", [["", memory]]);
  return `${lines.join("\n")}\n`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
