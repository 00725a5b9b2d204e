/**
 * What pre-training with and without SPD changes: backbones from the embedded and from drawn weights, pre-trained on good
 * pictures of the stand-in and of ELPV, then PaDiM and PatchCore with each. Prints the table of docs/results.md.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-run tools/spd_table.ts --elpv DIR --work DIR [--epochs N] [--seeds N,N]
 *
 * The pictures of pre-training are 200 good parts of a stand-in of seed 7, which no detector sees, and the first 200 good
 * cells of ELPV, which are among those that detectors are fitted on; nothing that is judged is among them. Each seed is one
 * pre-training, judged by detectors of the same seed; the figures are mean ± deviation over them. What is in the working
 * folder is not done again.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { readElpv } from "../lib/picture/data/readers/elpv.ts";
import { meanStd } from "../lib/method/evaluate/mean_std.ts";

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    elpv: { type: "string" },
    work: { type: "string" },
    epochs: { type: "string", default: "4" },
    seeds: { type: "string", default: "333,576" },
  },
});
if (!options.elpv || !options.work) throw new TypeError("Cannot begin without --elpv and --work");
const [elpv, work] = [resolve(options.elpv), resolve(options.work)];
const main = new URL("../lib/app/cli/main.ts", import.meta.url).pathname;

async function command(...args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", main, ...args],
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`Cannot go on as "${args.join(" ")}" ended with ${code}`);
}

const PICTURES = 200;
const pictures = join(work, "pictures");
if (!existsSync(join(work, "vad"))) await command("stand-in", "--out", join(work, "vad"), "--seed", "7");
if (!existsSync(join(work, "visa"))) {
  await command("stand-in", "--out", join(work, "visa"), "--layout", "visa", "--seed", "1");
}
if (!existsSync(pictures)) {
  await mkdir(pictures, { recursive: true });
  const parts = (await readdir(join(work, "vad/train/good"))).sort().slice(0, PICTURES);
  for (const name of parts) await cp(join(work, "vad/train/good", name), join(pictures, `stand-in-${name}`));
  const cells = (await readElpv(elpv)).items.filter(({ label }) => label === "good").slice(0, PICTURES);
  for (const { id, path } of cells) await cp(path, join(pictures, id.replaceAll("/", "-")));
}

/**
 * What is trained. Without pre-training no weight changes (a rate of 0), but batch norms of drawn weights gather the
 * statistics of the pictures, as they do in all other rows; without, features of drawn weights would mean little.
 */
const VARIANTS = {
  "none": undefined,
  "simsiam": [],
  "spd 0.1": ["--spd", "0.1"],
  "spd 0.5": ["--spd", "0.5"],
  "spd 1.0": ["--spd", "1"],
  "spd 0.1, CutPaste": ["--spd", "0.1", "--negative", "cutpaste"],
} as const;

/** Figures of one pre-training by column, fractions 0 to 1. */
type Figures = Readonly<Record<string, number>>;

async function judged(name: string, backbone: string, seed: string): Promise<Figures> {
  const found: Record<string, number> = {};
  const runs: [string, string[], string][] = [
    ["stand-in", ["spd_one_class.ts", "--data", join(work, "visa"), "--object", "piezo"], "spd-one-class"],
    ["ELPV", ["elpv.ts", "--data", elpv], "elpv"],
  ];
  for (const [data, args, pipeline] of runs) {
    const file = join(work, "runs", pipeline, name, "results.json");
    if (!existsSync(file)) {
      await command("pipeline", ...args, "--backbone", backbone, "--seeds", seed, "--name", name, ...[
        ...["--runs", join(work, "runs"), "--cache", join(work, "cache")],
      ]);
    }
    for (const { benchmark, method, ...row } of JSON.parse(await readFile(file, "utf8")).rows) {
      if (!/^(1-class|one-class)$/.test(benchmark) || !/^(PaDiM|PatchCore)$/.test(method)) continue;
      found[`${data} ${method}`] = row.auroc.mean;
      if (row.pixelAupr) found[`${data} ${method} px`] = row.pixelAupr.mean;
    }
  }
  return found;
}

/** How far a local defect moves features, as a share of how far a slight change of the whole does. */
async function localShare(backbone: string): Promise<number> {
  const page = await readFile(backbone.replace(/\.onnx$/, ".sensitivity.html"), "utf8");
  return Number(/after<\/th>(?:\s*<td>[^<]*<\/td>){2}\s*<td>([^<]+)/.exec(page)?.[1]);
}

function spread(values: readonly number[], factor: number, digits: number): string {
  const { mean, std } = meanStd(values);
  return (factor * mean).toFixed(digits) + (values.length > 1 ? ` ± ${(factor * std).toFixed(digits)}` : "");
}

const columns = [
  ...["stand-in PaDiM", "stand-in PaDiM px", "stand-in PatchCore", "stand-in PatchCore px"],
  ...["ELPV PaDiM", "ELPV PatchCore"],
];
console.log(`| begins with | pre-training | ${columns.join(" | ")} | local ÷ whole |`);
console.log(`|${" --- |".repeat(columns.length + 3)}`);
const seeds = options.seeds.split(",");
for (const init of ["embedded", "drawn"] as const) {
  for (const [variant, extra] of Object.entries(VARIANTS)) {
    const all: Figures[] = [];
    const shares: number[] = [];
    for (const seed of seeds) {
      const name = `${init}-${variant}-${seed}`.toLowerCase().replace(/[^a-z0-9.]+/g, "-");
      const file = join(work, `${name}.onnx`);
      const begin = init === "drawn" ? ["--random"] : [];
      if (!existsSync(file)) {
        const how = extra ? ["--epochs", options.epochs, ...extra] : ["--epochs", "2", "--rate", "0"];
        await command("pretrain", "--method", "simsiam", "--data", pictures, "--side", "128", "--batch", "16", ...[
          ...[...begin, ...how, "--seed", seed, "--out", file],
        ]);
      }
      all.push(await judged(name, file, seed));
      shares.push(await localShare(file));
    }
    const cells = columns.map((column) => spread(all.map((figures) => figures[column]), 100, 1));
    console.log(`| ${init} | ${variant} | ${cells.join(" | ")} | ${spread(shares, 1, 3)} |`);
  }
}
