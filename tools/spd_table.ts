/**
 * What pre-training with and without SPD changes: backbones from the embedded and from drawn weights, pre-trained on good
 * pictures of the stand-in and of ELPV, then PaDiM and PatchCore with each. Prints the table of docs/results.md.
 *
 *     deno run --allow-read --allow-write --allow-env --allow-run tools/spd_table.ts --elpv DIR --work DIR [--epochs N] [--seeds N,N]
 *
 * The pictures of pre-training are 200 good parts of a stand-in of seed 7 and the first 200 good cells of ELPV, which are
 * among those that detectors are fitted on; nothing that is judged is among them. What is in the working folder is not done
 * again.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { readElpv } from "../lib/data/elpv.ts";

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    elpv: { type: "string" },
    work: { type: "string" },
    epochs: { type: "string", default: "4" },
    seeds: { type: "string", default: "333,576,725" },
  },
});
if (!options.elpv || !options.work) throw new TypeError("Cannot begin without --elpv and --work");
const [elpv, work] = [resolve(options.elpv), resolve(options.work)];
const main = new URL("../lib/cli/main.ts", import.meta.url).pathname;

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

/** What is trained, by its file. */
const VARIANTS = {
  "none": undefined,
  "simsiam": [],
  "spd 0.1": ["--spd", "0.1"],
  "spd 0.5": ["--spd", "0.5"],
  "spd 1.0": ["--spd", "1"],
  "spd 0.1, CutPaste": ["--spd", "0.1", "--negative", "cutpaste"],
} as const;

interface Figures {
  readonly [key: string]: string;
}

async function judged(name: string, backbone: string): Promise<Figures> {
  const found: Record<string, string> = {};
  const runs: [string, string[], string][] = [
    ["stand-in", ["spd_one_class.ts", "--data", join(work, "visa"), "--object", "piezo"], "spd-one-class"],
    ["ELPV", ["elpv.ts", "--data", elpv], "elpv"],
  ];
  for (const [data, args, pipeline] of runs) {
    const file = join(work, "runs", pipeline, name, "results.json");
    if (!existsSync(file)) {
      await command("pipeline", ...args, "--backbone", backbone, "--seeds", options.seeds, "--name", name, ...[
        ...["--runs", join(work, "runs"), "--cache", join(work, "cache")],
      ]);
    }
    for (const { benchmark, method, ...row } of JSON.parse(await readFile(file, "utf8")).rows) {
      if (!/^(1-class|one-class)$/.test(benchmark) || !/^(PaDiM|PatchCore)$/.test(method)) continue;
      const text = ({ mean, std }: { mean: number; std: number }) =>
        `${(100 * mean).toFixed(1)} ± ${(100 * std).toFixed(1)}`;
      found[`${data} ${method}`] = text(row.auroc);
      if (row.pixelAupr) found[`${data} ${method} px`] = text(row.pixelAupr);
    }
  }
  return found;
}

const columns = [
  ...["stand-in PaDiM", "stand-in PaDiM px", "stand-in PatchCore", "stand-in PatchCore px"],
  ...["ELPV PaDiM", "ELPV PatchCore"],
];
console.log(`| begins with | pre-training | ${columns.join(" | ")} | local ÷ whole |`);
console.log(`|${" --- |".repeat(columns.length + 3)}`);
for (const init of ["embedded", "drawn"] as const) {
  for (const [variant, extra] of Object.entries(VARIANTS)) {
    const name = `${init}-${variant}`.toLowerCase().replace(/[^a-z0-9.]+/g, "-");
    const file = join(work, `${name}.onnx`);
    const begin = init === "drawn" ? ["--random"] : [];
    if (!existsSync(file)) {
      // Without pre-training the file is what one begins with: no step changes it at a rate of 0.
      const how = extra === undefined ? ["--epochs", "1", "--rate", "0"] : ["--epochs", options.epochs, ...extra];
      await command("pretrain", "--method", "simsiam", "--data", pictures, "--side", "128", "--batch", "16", ...[
        ...[...begin, ...how, "--seed", "0", "--out", file],
      ]);
    }
    const figures = await judged(name, file);
    const page = await readFile(file.replace(/\.onnx$/, ".sensitivity.html"), "utf8");
    const ratio = /after<\/th>(?:\s*<td>[^<]*<\/td>){2}\s*<td>([^<]+)/.exec(page)?.[1] ?? "";
    console.log(`| ${init} | ${variant} | ${columns.map((column) => figures[column] ?? "").join(" | ")} | ${ratio} |`);
  }
}
