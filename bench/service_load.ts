/**
 * Latency of a service from the bytes of a JPEG to its verdict, with some clients at once: ours, or the peer of
 * `bench/peers/service.py`, which answers at the same path.
 *
 *     deno task bench:service --url http://127.0.0.1:8000 [--clients 1,4,16] [--seconds 20] [--query store=0] PICTURE…
 */
import process from "node:process";
import { parseArgs } from "node:util";
import sharp from "sharp";

/** What some clients saw. */
export interface Load {
  readonly clients: number;
  /** Milliseconds of each answer, sorted. */
  readonly latencies: readonly number[];
  /** Answers that were no verdict. */
  readonly refused: number;
  /** Verdicts a second. */
  readonly rate: number;
}

/** The value below which a share of sorted ones lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}

/** Lets clients ask one picture after the other for a while. */
export async function load(
  url: string,
  pictures: readonly Uint8Array<ArrayBuffer>[],
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<Load> {
  const latencies: number[] = [];
  let [refused, next] = [0, 0];
  const begun = performance.now();
  const end = begun + 1000 * seconds;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < end) {
      const body = pictures[next++ % pictures.length];
      const sent = performance.now();
      const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "image/jpeg" } });
      const { score } = await answer.json();
      if (answer.ok && Number.isFinite(score)) latencies.push(performance.now() - sent);
      else refused++;
    }
  }));
  const rate = 1000 * latencies.length / (performance.now() - begun);
  return { clients, latencies: latencies.sort((a, b) => a - b), refused, rate };
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: {
      url: { type: "string", default: "http://127.0.0.1:8000" },
      clients: { type: "string", default: "1,4,16" },
      seconds: { type: "string", default: "20" },
      query: { type: "string", default: "store=0" },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new TypeError("Cannot load a service without pictures: name some");
  const pictures = await Promise.all(
    positionals.map(async (path) => new Uint8Array(await sharp(path).jpeg({ quality: 92 }).toBuffer())),
  );
  const url = `${values.url}/v1/score?${values.query}`;
  await load(url, pictures, { clients: 1, seconds: 2 });
  process.stdout.write("clients    p50 ms    p99 ms   parts/s   refused\n");
  for (const clients of values.clients.split(",").map(Number)) {
    const { latencies, rate, refused } = await load(url, pictures, { clients, seconds: Number(values.seconds) });
    const columns = [clients, quantile(latencies, 0.5), quantile(latencies, 0.99), rate, refused];
    const texts = columns.map((value, i) => value.toFixed(i === 0 || i === 4 ? 0 : 1).padStart(i === 0 ? 7 : 9));
    process.stdout.write(`${texts.join(" ")}\n`);
  }
}
