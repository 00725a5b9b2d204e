/**
 * What commands take before and beside their work: help, and where a run and a picture are named, the scoring of that picture.
 *
 *     deno task bench:start [RUNDIR PICTURE]
 *
 * Medians of ten, in turn with `deno eval 0`, which is the floor: seconds of the processor in all threads, as `times` of the
 * shell tells them. Wants a POSIX shell.
 */
import { execFileSync } from "node:child_process";
import process from "node:process";

const REPEATS = 10;
const [run, picture] = process.argv.slice(2);
const deno = process.execPath;
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "deno eval 0": ["eval", "0"],
  "deno task segad --help": ["task", "segad", "--help"],
  "deno task score --help": ["task", "score", "--help"],
  ...picture !== undefined && { "deno task score, one picture": ["task", "score", "--run", run, picture] },
};

/** Of the children of a shell, user and system together. */
function secondsOf(args: readonly string[]): number {
  const script = '"$@" >/dev/null 2>&1 || exit 1; times';
  const said = execFileSync("sh", ["-c", script, "sh", deno, ...args], { encoding: "utf8" });
  const children = said.trim().split("\n")[1].split(" ");
  return children.map((time) => /(\d+)m([\d.]+)s/.exec(time)!).reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
}

const taken = Object.values(COMMANDS).map((): number[] => []);
for (let i = 0; i <= REPEATS; i++) {
  for (const [n, args] of Object.values(COMMANDS).entries()) {
    const seconds = secondsOf(args);
    // The first time code is compiled that is kept.
    if (i > 0) taken[n].push(seconds);
  }
}
console.log("| command | CPU s, median | least |");
console.log("| --- | ---: | ---: |");
for (const [n, name] of Object.keys(COMMANDS).entries()) {
  const sorted = taken[n].sort((a, b) => a - b);
  console.log(`| ${name} | ${((sorted[4] + sorted[5]) / 2).toFixed(2)} | ${sorted[0].toFixed(2)} |`);
}
