/** What the stages of scoring take, each without those inside it, and the table of it. @module */

/** Milliseconds on the wall, and of the processor in all threads. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

/** Measures stages that run one after the other, or one inside another. */
export interface StageClock {
  /** Runs a stage; what it takes is added to what it has taken since the last lap, less what stages inside it take. */
  time<T>(stage: string, work: () => T | Promise<T>): Promise<T>;
  /** {@linkcode StageClock.time} for work that waits for nothing. */
  timeSync<T>(stage: string, work: () => T): T;
  /** Ends a repetition, whose times are kept. */
  lap(): void;
  /** Forgets the repetitions so far, which warm up. */
  reset(): void;
  /** The times of each stage by repetition, in the order in which stages were first seen. */
  stages(): ReadonlyMap<string, readonly Spent[]>;
}

/** @param now what the clocks show */
export function openStageClock(now: () => Spent): StageClock {
  const kept = new Map<string, Spent[]>();
  let lap = new Map<string, Spent>();
  /** What the stages inside each running one have taken, the innermost last. */
  const inner: Spent[] = [];

  function begin(): Spent {
    inner.push({ wall: 0, cpu: 0 });
    return now();
  }
  function end(stage: string, begun: Spent): void {
    const total = plus(now(), begun, -1);
    lap.set(stage, plus(lap.get(stage) ?? { wall: 0, cpu: 0 }, plus(total, inner.pop()!, -1)));
    const outer = inner.pop();
    if (outer) inner.push(plus(outer, total));
  }
  return {
    async time(stage, work) {
      const begun = begin();
      try {
        return await work();
      } finally {
        end(stage, begun);
      }
    },
    timeSync(stage, work) {
      const begun = begin();
      try {
        return work();
      } finally {
        end(stage, begun);
      }
    },
    lap() {
      for (const [stage, spent] of lap) kept.set(stage, [...kept.get(stage) ?? [], spent]);
      lap = new Map();
    },
    reset: () => kept.clear(),
    stages: () => kept,
  };
}

function plus(a: Spent, b: Spent, sign = 1): Spent {
  return { wall: a.wall + sign * b.wall, cpu: a.cpu + sign * b.cpu };
}

/** The stages at a batch size. */
export interface BatchTimes {
  readonly batch: number;
  readonly stages: ReadonlyMap<string, readonly Spent[]>;
}

/**
 * A Markdown table: of each stage and batch size the medians a picture, and the processor's time as a multiple of that of one
 * stage, whose name is `unit`. The last row is the median of whole repetitions.
 */
export function latencyTable(batches: readonly BatchTimes[], unit: string): string {
  const names = [...new Set(batches.flatMap(({ stages }) => [...stages.keys()]))];
  const head = ["stage", ...batches.flatMap(({ batch }) => [`batch ${batch}: ms`, "CPU ms", `× ${unit}`])];
  const rowOf = (name: string, lapsOf: (stages: BatchTimes["stages"]) => readonly Spent[]) => [
    name,
    ...batches.flatMap(({ batch, stages }) => {
      const laps = lapsOf(stages);
      const one = median(stages.get(unit) ?? [], "cpu");
      return [...cells(laps, batch), (median(laps, "cpu") / one).toFixed(2)];
    }),
  ];
  const together = rowOf("together", (stages) => {
    const lists = [...stages.values()];
    return lists[0].map((_, i) => lists.map((list) => list[i]).reduce((a, b) => plus(a, b)));
  });
  const rows = names.map((name) => rowOf(name, (stages) => stages.get(name) ?? []));
  const lines = [head, ...rows, together];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const show = (line: readonly string[]) =>
    `| ${line.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`).join(" | ")} |`;
  return [show(head), rule, ...[...rows, together].map(show)].join("\n");
}

function cells(laps: readonly Spent[], batch: number): string[] {
  return (["wall", "cpu"] as const).map((key) => (median(laps, key) / batch).toFixed(2));
}

function median(laps: readonly Spent[], key: keyof Spent): number {
  const sorted = laps.map((spent) => spent[key]).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
