/** Which processes give the same bytes for the same task. @module */
import process from "node:process";
import { sha256 } from "../../../base/io/hash.ts";
import type { Device } from "../../../engine/session/device.ts";
import { RUNTIME_VERSION } from "../../../engine/session/runtime.ts";
import { DECODER_VERSION } from "../../../picture/image/decode.ts";
import { codeVersion } from "../cache/code_version.ts";
import { RELEASE } from "../../model/release.ts";

/** Places of `lib/` that a task may run, or that say what a task is. */
const PLACES = ["base", "engine", "method", "picture", "product", "../packages/xgboost-wasm/src"];

/**
 * What a process that does tasks must have in common with who hands them out, in words and as a hash: the release, the
 * code, what it stands on, and the device.
 */
export async function kinOf(device: Device): Promise<{ readonly text: string; readonly id: string }> {
  const code = await codeVersion(PLACES, RELEASE);
  const text = `${RELEASE} with code ${code.slice(0, 8)} on ${navigator.userAgent}, ${process.arch}, ${device}`;
  return { text, id: sha256([text, code, RUNTIME_VERSION, DECODER_VERSION].join("\n")).slice(0, 16) };
}
