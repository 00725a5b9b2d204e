/**
 * Times each case of `bench/peers` beside its Python peer, turn by turn in the same run, and prints the ratios.
 *
 *     deno task bench:peers [CASE…] [--repeats N]
 *
 * Python is taken from $SEGAD_PYTHON or .venv (see bench/README.md).
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import process from "node:process";
import type { PeerCase } from "../bench/peers/case.ts";

const folder = new URL("../bench/peers/", import.meta.url);

const USAGE = "Usage: deno task bench:peers [CASE…] [--repeats N]";

function listCases(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "case.ts")
    .map((file) => file.slice(0, -3)).sort();
}

/** What was asked for on the command line. */
export interface Wanted {
  readonly help: boolean;
  readonly repeats: number;
  readonly cases: readonly string[];
}

/**
 * Reads the command line; all cases where none is named.
 *
 * @throws {TypeError | RangeError} for an unknown option or case, and a number of repeats that is none
 */
export function readArguments(args: readonly string[], known: readonly string[]): Wanted {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { repeats: { type: "string", default: "3" }, help: { type: "boolean", default: false } },
      allowPositionals: true,
    });
  } catch (cause) {
    const reason = (cause as Error).message.split(". ")[0];
    throw new TypeError(`Cannot time the peers as the options are --repeats and --help: ${reason}`, { cause });
  }
  const { values: { help, repeats }, positionals } = parsed;
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(`Cannot time ${unknown.join(", ")} as the cases are ${known.join(", ")}`);
  }
  return { help, repeats: parseRepeats(repeats), cases: positionals.length > 0 ? positionals : known };
}

async function loadCases(names: readonly string[]): Promise<[string, PeerCase][]> {
  return await Promise.all(
    names.map(async (name): Promise<[string, PeerCase]> => [
      name,
      (await import(new URL(`${name}.ts`, folder).href)).default,
    ]),
  );
}

function timePeer(python: string, { script, arguments: own = [] }: PeerCase, repeats: number): Timing {
  const path = fileURLToPath(new URL(script, folder));
  const result = spawnSync(python, [path, "--repeats", String(repeats), ...own], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`Cannot time ${script} as Python said: ${result.stderr?.trim()}`);
  const line = result.stdout.trim().split("\n").at(-1) ?? "";
  return JSON.parse(line);
}

interface Timing {
  readonly seconds: readonly number[];
  readonly peak?: number;
}

/**
 * How often each side is timed.
 *
 * @throws {RangeError} where the text is no whole number from 1
 */
export function parseRepeats(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RangeError(`Cannot time the peers as --repeats must be a whole number from 1: it is "${text}"`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function seconds(value: number): string {
  return value >= 1 ? `${value.toFixed(2)} s` : `${(value * 1000).toFixed(value >= 0.01 ? 1 : 3)} ms`;
}

if (import.meta.main) {
  let wanted: Wanted;
  try {
    wanted = readArguments(process.argv.slice(2), listCases());
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
  if (wanted.help) {
    console.log(`${USAGE}\nCases: ${listCases().join(", ")}`);
    process.exit(0);
  }
  const { repeats } = wanted;
  const python = process.env.SEGAD_PYTHON ?? ".venv/bin/python";
  if (!existsSync(python)) {
    console.error(
      `Cannot time the peers as there is no Python at "${python}": set one up as bench/README.md says, ` +
        `or name it in SEGAD_PYTHON`,
    );
    process.exit(2);
  }
  console.log(`${"case".padEnd(46)} ${"ours".padStart(10)} ${"peer".padStart(10)} ${"peer/ours".padStart(10)}`);
  let failed = 0;
  for (const [name, peerCase] of await loadCases(wanted.cases)) {
    try {
      // Turn by turn, so that a slow moment of the machine does not fall on one side alone.
      const ours: number[] = [];
      const peers: number[] = [];
      let peak = 0;
      const rounds = 2;
      const each = Math.max(1, Math.ceil(repeats / rounds));
      for (let round = 0; round < rounds && ours.length < repeats; round++) {
        ours.push(...await peerCase.ours(each));
        const timing = timePeer(python, peerCase, each);
        peers.push(...timing.seconds);
        peak = Math.max(peak, timing.peak ?? 0);
      }
      const [a, b] = [median(ours), median(peers)];
      const memory = `   peak ${gigabytes(process.resourceUsage().maxRSS * 1024)}, peer ${gigabytes(peak)}`;
      console.log(
        `${peerCase.name.padEnd(46)} ${seconds(a).padStart(10)} ${seconds(b).padStart(10)} ${
          `${(b / a).toFixed(b < 2 * a ? 2 : 1)} ×`.padStart(10)
        }${peerCase.memory ? memory : ""}`,
      );
    } catch (error) {
      failed++;
      console.error(`${name}: ${(error as Error).message}`);
    }
  }
  process.exit(failed > 0 ? 1 : 0);
}
