/** How long fits and maps took, kept beside them: figures of a machine, not of the method, and so not in results.json. @module */
import { type } from "arktype";
import type { Cache } from "./cache.ts";
import { keyOf } from "./cache.ts";

/** Work that was timed. */
export interface Timing {
  /** Wall time, with whatever else the machine did. */
  readonly seconds: number;
  readonly pictures: number;
}

/** A detector or classifier: what it took over the seeds that were timed. */
export interface TimingRow {
  readonly name: string;
  readonly kind: "detector" | "classifier";
  /** Mean over the seeds of one fit. */
  readonly fitSeconds?: number;
  /** Pictures a second from pictures and backbone features to maps or logits, without the backbone where that runs apart. */
  readonly picturesPerSecond?: number;
}

const schema = type({ seconds: "number", pictures: "number" });
/** Where the time of a step is kept. */
export const timingKey = (key: string, what: "fit" | "use"): string => keyOf("timings", { key, what });

/** Keeps how long a step took; what is timed again is added. */
export async function recordTiming(cache: Cache, key: string, what: "fit" | "use", timing: Timing): Promise<void> {
  const before = what === "use" ? await readTiming(cache, key, what) : undefined;
  const sum: Timing = {
    seconds: timing.seconds + (before?.seconds ?? 0),
    pictures: timing.pictures + (before?.pictures ?? 0),
  };
  await cache.write(timingKey(key, what), JSON.stringify(sum));
}

async function readTiming(cache: Cache, key: string, what: "fit" | "use"): Promise<Timing | undefined> {
  return await cache.load(timingKey(key, what), (bytes) => {
    const timing = schema(JSON.parse(new TextDecoder().decode(bytes)));
    if (timing instanceof type.errors) throw new SyntaxError(`Cannot read a timing as ${timing.summary}`);
    return timing;
  });
}

/** What is known of some steps, by the name of their detector or classifier, in their order. */
export async function timingRows(
  { cache }: { readonly cache: Cache },
  steps: readonly { readonly name: string; readonly kind: TimingRow["kind"]; readonly key: string }[],
): Promise<TimingRow[]> {
  const names = [...new Set(steps.map(({ kind, name }) => JSON.stringify({ kind, name })))];
  return await Promise.all(names.map(async (text): Promise<TimingRow> => {
    const { kind, name } = JSON.parse(text);
    const keys = [...new Set(steps.filter((step) => step.kind === kind && step.name === name).map(({ key }) => key))];
    const sum = async (what: "fit" | "use") => {
      const found = (await Promise.all(keys.map((key) => readTiming(cache, key, what)))).filter((each) =>
        each !== undefined
      );
      const total = (of: keyof Timing) => found.reduce((all, timing) => all + timing[of], 0);
      return { count: found.length, seconds: total("seconds"), pictures: total("pictures") };
    };
    const [fit, use] = [await sum("fit"), await sum("use")];
    return {
      name,
      kind,
      ...fit.count > 0 && { fitSeconds: fit.seconds / fit.count },
      ...use.seconds > 0 && { picturesPerSecond: use.pictures / use.seconds },
    };
  }));
}

/** The rows as lines of a terminal. */
export function describeTimings(rows: readonly TimingRow[], device: string): string {
  const known = rows.filter(({ fitSeconds, picturesPerSecond }) => fitSeconds ?? picturesPerSecond);
  if (known.length === 0) return "";
  const width = Math.max(12, ...known.map(({ name }) => name.length));
  const lines = known.map(({ name, fitSeconds, picturesPerSecond }) => {
    const fit = fitSeconds === undefined ? "–" : `${fitSeconds.toFixed(1)} s`;
    const speed = picturesPerSecond === undefined ? "–" : picturesPerSecond.toFixed(0);
    return `${name.padEnd(width)}  ${fit.padStart(10)}  ${speed.padStart(10)}`;
  });
  return [`Time on ${device}`.padEnd(width) + `  ${"one fit".padStart(10)}  ${"pictures/s".padStart(10)}`, ...lines]
    .join("\n");
}
