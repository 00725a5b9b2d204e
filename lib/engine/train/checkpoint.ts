/** The state of a training in a file, so that a stopped one goes on. @module */
import { readFile, rename } from "node:fs/promises";
import { type } from "arktype";
import type { Literal } from "../graph/value.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { sha256 } from "../../base/io/hash.ts";
import { readSafetensors, type Stored, writeSafetensors } from "../../base/io/safetensors.ts";

/** Where a training stands. */
export interface Checkpoint {
  /** Steps that are done. */
  readonly step: number;
  /** Weights, buffers and the optimiser's slots by name. */
  readonly state: ReadonlyMap<string, Literal<"f32">>;
  /** f32[steps done] each: the loss, and metrics. */
  readonly records: Readonly<Record<string, Float32Array>>;
}

const RECORD = "record ";
const header = type({ identity: "string", step: "string.integer.parse", "sha256?": "string" });

/** Writes a checkpoint beside the old one and puts it in its place. */
export async function writeCheckpoint(path: string, identity: string, checkpoint: Checkpoint): Promise<void> {
  const tensors = Object.fromEntries([
    ...checkpoint.state,
    ...Object.entries(checkpoint.records).map(([name, data]) => [
      `${RECORD}${name}`,
      { dtype: "f32" as const, shape: [data.length], data },
    ]),
  ]);
  const step = String(checkpoint.step);
  await writeFileAtomic(path, writeSafetensors(tensors, { identity, step, sha256: hashOf(tensors, identity, step) }));
}

/** Of everything in a checkpoint: a bit that the disk has flipped would be trained on. */
function hashOf(tensors: Readonly<Record<string, Stored>>, identity: string, step: string): string {
  const all = Object.entries(tensors).sort(([a], [b]) => a < b ? -1 : 1).map(([name, { dtype, shape, data }]) => [
    ...[name, dtype, shape],
    sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
  return sha256(JSON.stringify([identity, step, all]));
}

/**
 * Reads a checkpoint; undefined where there is none, or one of another training. A damaged one is set aside with
 * `.damaged` behind its name.
 */
export async function readCheckpoint(
  path: string,
  identity: string,
  shapes: ReadonlyMap<string, Literal<"f32">>,
): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return undefined;
  }
  try {
    const { tensors, metadata } = readSafetensors(new Uint8Array(bytes), path);
    const parsed = header(metadata);
    if (parsed instanceof type.errors) throw new SyntaxError(parsed.summary);
    if (parsed.identity !== identity) return undefined;
    // Those of earlier releases have none.
    if (parsed.sha256 !== undefined && parsed.sha256 !== hashOf(tensors, identity, metadata.step)) {
      throw new SyntaxError("its content has changed");
    }
    const state = new Map<string, Literal<"f32">>();
    for (const [name, { shape }] of shapes) {
      const stored = tensors[name];
      if (stored?.dtype !== "f32" || stored.shape.join() !== shape.join()) {
        throw new SyntaxError(`"${name}" does not fit`);
      }
      state.set(name, stored);
    }
    const records = Object.fromEntries(
      Object.entries(tensors).flatMap(([name, stored]) =>
        name.startsWith(RECORD) && stored.dtype === "f32" ? [[name.slice(RECORD.length), stored.data]] : []
      ),
    );
    return { step: parsed.step, state, records };
  } catch {
    await rename(path, `${path}.damaged`);
    return undefined;
  }
}
