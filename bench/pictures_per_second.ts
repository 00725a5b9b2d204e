/** Benchmarks that count pictures: `deno bench` tells the time of an iteration, this the pictures a second. @module */

/** What is measured, on what. */
export interface StageBench {
  readonly stage: string;
  /** Where it runs; "cpu" where there is no choice. */
  readonly device?: string;
  /** Pictures that go through at once, or the workers that they are shared out to. */
  readonly batch?: number | string;
  /** Pictures, or parts, of one iteration. */
  readonly pictures: number;
  /** Puts into place what is not measured. */
  before?(): Promise<void>;
  run(): unknown;
  after?(): Promise<void>;
}

/** Pictures a second of each benchmark that has run. */
export interface Rate {
  readonly stage: string;
  readonly device: string;
  readonly batch: string;
  readonly rate: number;
  /** Milliseconds that half of the iterations took at most, and 99 of 100. */
  readonly p50?: number;
  readonly p99?: number;
}

/** The median time of the iterations, the first of which warm up, as pictures a second. */
export function rateOf(milliseconds: readonly number[], pictures: number): number {
  const sorted = milliseconds.slice(Math.floor(milliseconds.length / 4)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return 1000 * pictures / median;
}

/** The value that a share of some reach at most: one of them. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Rates as a table for people, those of a stage together. */
export function rateTable(rates: readonly Rate[]): string {
  const stages = [...new Set(rates.map(({ stage }) => stage))];
  const ordered = stages.flatMap((name) => rates.filter(({ stage }) => stage === name));
  const timed = rates.some(({ p50 }) => p50 !== undefined);
  const ms = (value: number | undefined) => value === undefined ? "" : value.toFixed(value < 10 ? 2 : 1);
  return tableOf([
    ["stage", "device", "batch", "pictures/s", ...timed ? ["p50 ms", "p99 ms"] : []],
    ...ordered.map(({ stage, device, batch, rate, p50, p99 }) => [
      ...[stage, device, batch, rate.toFixed(rate < 10 ? 1 : 0)],
      ...timed ? [ms(p50), ms(p99)] : [],
    ]),
  ], 2);
}

/** Lines of cells in columns, the first ones of which begin at the left. */
export function tableOf(lines: readonly (readonly string[])[], left: number): string {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((cells) =>
    cells.map((cell, column) => column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])).join("  ")
  ).join("\n");
}

const measured: { readonly bench: StageBench; readonly milliseconds: number[] }[] = [];

/** Registers a benchmark; its rate is in the table that is printed when all have run. */
export function benchStage(bench: StageBench): void {
  if (measured.length === 0) globalThis.addEventListener("unload", printTable);
  const { stage, device = "cpu", batch, before, run, after } = bench;
  const milliseconds: number[] = [];
  measured.push({ bench, milliseconds });
  Deno.bench({
    name: [stage, device, batch === undefined ? [] : typeof batch === "number" ? `batch ${batch}` : batch].flat().join(
      ", ",
    ),
    group: stage,
    async fn(context) {
      await before?.();
      context.start();
      const begun = performance.now();
      await run();
      milliseconds.push(performance.now() - begun);
      context.end();
      await after?.();
    },
  });
}

function printTable(): void {
  const rates = measured.filter(({ milliseconds }) => milliseconds.length > 0).map(({ bench, milliseconds }) => ({
    stage: bench.stage,
    device: bench.device ?? "cpu",
    batch: String(bench.batch ?? ""),
    rate: rateOf(milliseconds, bench.pictures),
    // The first ones warm up.
    p50: quantileOf(milliseconds.slice(Math.floor(milliseconds.length / 4)), 0.5),
    p99: quantileOf(milliseconds.slice(Math.floor(milliseconds.length / 4)), 0.99),
  }));
  if (rates.length > 0) console.log(`\n${rateTable(rates)}`);
}
