/** Writing a stand-in as PNG files. @module */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type } from "arktype";
import { moduleBeside } from "../../base/io/asset.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { openPool } from "../../base/workers/pool.ts";
import { type MaskedCounts, type MaskedLayout, type MaskedPlan, maskedPlan } from "./masked_plan.ts";
import { type PlannedPart, type StandInCounts, type StandInPlan, standInPlan, type StandInSize } from "./plan.ts";

const MANIFEST = "stand-in.json";
const stamp = type({ version: "number", seed: "number", counts: "Record<string, number>", "layout?": "string" });

/** How to write a stand-in of any layout. */
export interface WriteOptions<Counts> {
  /** The folder; it is made where it is missing. */
  readonly out: string;
  /** How many pictures, by the name of a size or kind by kind. */
  readonly size: StandInSize | Counts;
  /** Of all that is drawn. */
  readonly seed: number;
  /** How many pictures are drawn at the same time. */
  readonly workers: number;
  /** Told of pictures done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the drawing; it goes on from there when it is asked for again. */
  readonly signal?: AbortSignal;
}

/** How to write a stand-in. */
export type WriteStandInOptions = WriteOptions<StandInCounts>;

/** How to write a smaller one. */
export interface WriteMaskedOptions extends WriteOptions<MaskedCounts> {
  /** Whose layout: that of VisA or MVTec AD, with masks, or of a plain folder. */
  readonly layout: MaskedLayout;
}

/**
 * Draws the pictures of a stand-in into a folder in VAD's layout, with `low_shot_train.json` and `stand-in.json` (version,
 * seed, counts, the kind and severity of each picture; `complete` once all are there). Files that are there and whole are
 * kept, so that a run that was stopped goes on where it was.
 *
 * @throws {Error} where the folder holds another stand-in, a file cannot be written, or `signal` aborts
 */
export async function writeStandIn(options: WriteStandInOptions): Promise<StandInPlan> {
  const plan = standInPlan(options);
  await writePlan(
    { ...plan, counts: { ...plan.counts }, files: { "low_shot_train.json": toJson(plan.lowShot) } },
    options,
  );
  return plan;
}

/**
 * {@linkcode writeStandIn} in VisA's or MVTec AD's layout, as the object `piezo`, with a mask of each defect; or in a folder's,
 * `good/` and a folder for each kind of defect in `bad/`.
 *
 * @throws {Error} as {@linkcode writeStandIn}
 */
export async function writeMaskedStandIn(options: WriteMaskedOptions): Promise<MaskedPlan> {
  const plan = maskedPlan(options);
  await writePlan(plan, options);
  return plan;
}

/** What the `stand-in.json` of a folder says; undefined where the folder is no stand-in. */
export async function readStamp(folder: string): Promise<typeof stamp.infer | undefined> {
  try {
    const found = stamp(JSON.parse(await readFile(join(folder, MANIFEST), "utf8")));
    return found instanceof type.errors ? undefined : found;
  } catch {
    return undefined;
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 1) + "\n";
}

/** What is written: pictures and, beside them, files of text. */
type Plan = Omit<MaskedPlan, "layout"> & { readonly layout?: MaskedLayout };

async function writePlan(plan: Plan, options: WriteOptions<unknown>): Promise<void> {
  const { out, workers, onProgress, signal } = options;
  await refuseOther(out, plan);
  const manifest = (complete: boolean): string =>
    toJson({
      version: plan.version,
      seed: plan.seed,
      ...plan.layout !== undefined && { layout: plan.layout },
      complete,
      counts: plan.counts,
      files: plan.parts.filter(({ request }) => !request.mask).map(({ path, request }) => ({
        path,
        index: request.index,
        kind: request.kind,
        severity: Number(request.severity.toFixed(4)),
      })),
    });
  await writeFileAtomic(join(out, MANIFEST), manifest(false));
  for (const [path, text] of Object.entries(plan.files)) await writeFileAtomic(join(out, path), text);
  const pool = openPool<PlannedPart["request"], Uint8Array>(moduleBeside("draw_worker", import.meta.url), workers);
  const waiting = plan.parts.values();
  let done = 0;
  async function work(): Promise<void> {
    for (const { path, request } of waiting) {
      signal?.throwIfAborted();
      const file = join(out, path);
      if (!await isWholePng(file)) await writeFileAtomic(file, await pool.run(request));
      onProgress?.(++done, plan.parts.length);
    }
  }
  try {
    // One more than there are workers, so that none waits for the disk.
    const ends = await Promise.allSettled(Array.from({ length: workers + 1 }, work));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  } finally {
    await pool.close();
  }
  await writeFileAtomic(join(out, MANIFEST), manifest(true));
}

/** Refuses a folder whose pictures are of another version, seed or counts. */
async function refuseOther(out: string, plan: Plan): Promise<void> {
  const path = join(out, MANIFEST);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return;
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new Error(`Cannot write a stand-in into "${out}" as its ${MANIFEST} is no JSON: choose another folder`, {
      cause,
    });
  }
  const other = stamp(found);
  if (other instanceof type.errors) {
    throw new Error(
      `Cannot write a stand-in into "${out}" as its ${MANIFEST} is of another program: choose another folder`,
    );
  }
  const say = (one: Pick<Plan, "version" | "seed" | "counts" | "layout"> | typeof other): string =>
    `version ${one.version}, seed ${one.seed}, counts ${Object.values(one.counts).join(" ")}${
      one.layout === undefined ? "" : `, layout ${one.layout}`
    }`;
  const wanted = say(plan);
  if (say(other) === wanted) return;
  throw new Error(
    `Cannot write the stand-in of ${wanted} into "${out}" as it holds that of ${say(other)}: choose another folder`,
  );
}

const END = new Uint8Array([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);

/** True where a file starts as a PNG and ends as one. */
async function isWholePng(path: string): Promise<boolean> {
  let file;
  try {
    file = await open(path, "r");
  } catch {
    return false;
  }
  try {
    const { size } = await file.stat();
    if (size < 8 + END.length) return false;
    const head = new Uint8Array(8), tail = new Uint8Array(END.length);
    await file.read(head, 0, 8, 0);
    await file.read(tail, 0, END.length, size - END.length);
    return head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47 &&
      tail.every((byte, i) => byte === END[i]);
  } finally {
    await file.close();
  }
}
