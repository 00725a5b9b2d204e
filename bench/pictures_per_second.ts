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
}

/** The median time of the iterations, the first of which warm up, as pictures a second. */
export function rateOf(milliseconds: readonly number[], pictures: number): number {
  const sorted = milliseconds.slice(Math.floor(milliseconds.length / 4)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return 1000 * pictures / median;
}

/** Rates as a table for people, those of a stage together. */
export function rateTable(rates: readonly Rate[]): string {
  const stages = [...new Set(rates.map(({ stage }) => stage))];
  const ordered = stages.flatMap((name) => rates.filter(({ stage }) => stage === name));
  const lines = [
    ["stage", "device", "batch", "pictures/s"],
    ...ordered.map(({ stage, device, batch, rate }) => [stage, device, batch, rate.toFixed(rate < 10 ? 1 : 0)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((cells) =>
    cells.map((cell, column) => column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])).join("  ")
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
  }));
  if (rates.length > 0) console.log(`\n${rateTable(rates)}`);
}
