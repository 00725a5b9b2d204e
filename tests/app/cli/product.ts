/** The product as its users run it: real processes on the tasks' own command lines, small pictures, a small pipeline. @module */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Photo, photo } from "../../../lib/domain.ts";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const config = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The words of a task's command line behind `deno`, and the variables before it. */
export function wordsOf(task: string): { readonly words: string[]; readonly env: Record<string, string> } {
  const words: string[] = config.tasks[task].command.split(" ");
  const program = words.indexOf("deno");
  return { words: words.slice(program + 1), env: Object.fromEntries(words.slice(0, program).map((w) => w.split("="))) };
}

/** The command line of a task and further arguments, as `deno task` runs it where it is typed in the project's folder. */
export function commandOf(task: string, args: readonly string[], env: Record<string, string> = {}): Deno.Command {
  const { words, env: own } = wordsOf(task);
  return new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    env: { ...own, INIT_CWD: ROOT, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a task to its end. */
export async function run(task: string, ...args: readonly string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await commandOf(task, args).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** Runs a task and signals it once `when` holds, which is asked every few milliseconds with what it has said so far. */
export async function interrupt(
  signal: Deno.Signal,
  when: (said: string) => boolean | Promise<boolean>,
  task: string,
  ...args: readonly string[]
): Promise<Outcome & { readonly signalled: boolean }> {
  const child = commandOf(task, args).spawn();
  const [out, err] = [listen(child.stdout), listen(child.stderr)];
  let ended = false;
  const end = child.status.then((status) => (ended = true, status));
  let signalled = false;
  while (!ended && !signalled) {
    if (await when(out.text + err.text)) {
      signalled = true;
      try {
        child.kill(signal);
      } catch {
        signalled = false;
      }
    } else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { code } = await end;
  await Promise.all([out.end, err.end]);
  return { code, out: out.text, err: err.text, signalled };
}

function listen(stream: ReadableStream<Uint8Array>): { text: string; end: Promise<void> } {
  const heard = { text: "", end: Promise.resolve() };
  heard.end = (async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
      heard.text += part;
    }
  })();
  return heard;
}

/** A plate with a ring on it; a bad one has a scratch across. */
export function drawPart(seed: number, bad: boolean, side = 64): Promise<Uint8Array<ArrayBuffer>> {
  return encodePng(paintPart(seed, bad, side).photo);
}

/** The picture of a part and the mask of its scratch. */
function paintPart(seed: number, bad: boolean, side: number): { photo: Photo; mask: Photo } {
  const random = seededRandom(seed);
  const [cx, cy] = [side / 2 + random.normal(), side / 2 + random.normal()];
  const light = 110 + 8 * random.normal();
  const [x0, y0] = [side * (0.2 + 0.3 * random.uniform()), side * (0.2 + 0.3 * random.uniform())];
  const angle = Math.PI * random.uniform();
  const depth = 10 + 30 * random.uniform();
  const data = new Uint8Array(side * side * 3);
  const mask = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const radius = Math.hypot(x - cx, y - cy) / side;
      const along = (x - x0) * Math.cos(angle) + (y - y0) * Math.sin(angle);
      const across = (y - y0) * Math.cos(angle) - (x - x0) * Math.sin(angle);
      const scratch = bad && Math.abs(across) < 1.5 && along > 0 && along < side * 0.4 ? depth : 0;
      const grey = light + 50 * Math.exp(-(((radius - 0.3) / 0.04) ** 2)) + scratch + 4 * random.normal();
      for (let c = 0; c < 3; c++) data[(y * side + x) * 3 + c] = Math.max(0, Math.min(255, grey * (1 - 0.1 * c)));
      // As dark as VisA's masks, which number the kinds of defects.
      if (scratch > 0) mask.fill(1, (y * side + x) * 3, (y * side + x) * 3 + 3);
    }
  }
  const picture = (pixels: Uint8Array) => photo([side, side, 3], pixels);
  return { photo: picture(data), mask: picture(mask) };
}

/** Writes parts with masks in the layout of MVTec AD, and the same files in VisA's, with a split file. */
export async function writeMaskedParts(folder: string, good = 24, bad = 12, side = 64): Promise<void> {
  const rows: string[] = ["object,split,label,image,mask"];
  for (let i = 0; i < good; i++) {
    const path = `plate/${i < good * 0.75 ? "train" : "test"}/good/${String(i).padStart(3, "0")}.png`;
    await put(join(folder, path), await drawPart(i, false, side));
    rows.push(`plate,${i < good * 0.75 ? "train" : "test"},normal,${path},`);
  }
  for (let i = 0; i < bad; i++) {
    const name = String(i).padStart(3, "0");
    const [path, maskPath] = [`plate/test/scratch/${name}.png`, `plate/ground_truth/scratch/${name}_mask.png`];
    const { photo, mask } = paintPart(5000 + i, true, side);
    await put(join(folder, path), await encodePng(photo));
    await put(join(folder, maskPath), await encodePng(mask));
    rows.push(`plate,${i < bad * 0.5 ? "train" : "test"},anomaly,${path},${maskPath}`);
  }
  await put(join(folder, "visa/split_csv/2cls_highshot.csv"), rows.join("\n") + "\n");
  await cp(join(folder, "plate"), join(folder, "visa/plate"), { recursive: true });
}

/** Writes `good/` and `bad/` with different parts. */
export async function writeParts(folder: string, good = 24, bad = 12, seed = 0): Promise<void> {
  for (const [label, count] of [["good", good], ["bad", bad]] as const) {
    for (let i = 0; i < count; i++) {
      const name = join(folder, label, `${String(i).padStart(3, "0")}.png`);
      await put(name, await drawPart(seed * 10_000 + (label === "bad" ? 5000 : 0) + i, label === "bad"));
    }
  }
}

/** Writes a file and the folders that it needs. */
export async function put(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** The small pipeline, as a plain value that tests change. */
export const SMALL = {
  name: "small",
  about: "Plates with a ring",
  data: { layout: "folder" as string },
  picture: { height: 64, width: 64 } as Record<string, unknown>,
  detectors: {
    patchcore: { coreset: 64, neighbours: 3, projection: "never" },
    padim: { dims: 20 },
  } as Record<string, Record<string, unknown>>,
  smoothing: 1,
  segments: "none",
  features: "paper" as unknown,
  forest: { preset: "brf" } as Record<string, unknown>,
  split: { kind: "share", detectors: 0.5, good: 0.3, bad: 0.5 } as Record<string, unknown>,
  benchmarks: { supervised: "all" } as Record<string, string>,
  methods: {
    "PatchCore": { alone: "patchcore" },
    "Both": { forest: ["patchcore", "padim"] },
  } as Record<string, unknown>,
  seeds: [1, 2],
  decision: { benchmark: "supervised", method: "Both", recall: 0.9 },
};

/** The text of a pipeline file. `features` may be given as an expression over `defineFeature`. */
export function pipelineText(changes: Partial<typeof SMALL> = {}, features?: string): string {
  const mod = new URL("../../../mod.ts", import.meta.url).href;
  const value = JSON.stringify({ ...SMALL, ...changes });
  const content = features ? `{ ...${value}, features: ${features} }` : value;
  return `import { defineFeature, definePipeline } from ${JSON.stringify(mod)};\n` +
    `void defineFeature;\nexport default definePipeline(${content} as Parameters<typeof definePipeline>[0]);\n`;
}

/** Makes the model of a run or a fit one of an earlier release, that knows no hashes of its files. */
export async function forgetHashes(run: string): Promise<void> {
  const path = join(run, "models/model.json");
  const { files: _, sha256: __, ...model } = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, `${JSON.stringify(model, null, 2)}\n`);
}

/** A folder for a test, removed at its end. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "product-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every file below a folder with the time of its last change, in nanoseconds. */
export async function timesOf(folder: string): Promise<Map<string, bigint>> {
  const times = new Map<string, bigint>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const info = entry.isFile() && await stat(path, { bigint: true }).catch(() => undefined);
    if (info) times.set(path.slice(folder.length + 1), info.mtimeNs);
  }
  return times;
}
