/** Which device computes, and finding out whether it really does. @module */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { moduleBeside } from "../../base/io/asset.ts";

/** Where the runtime computes. */
export type Device = "cpu" | "webgpu" | "cuda";

/** All devices, the fastest first. */
export const DEVICES: readonly Device[] = ["cuda", "webgpu", "cpu"];

/** A device that was asked for by name and cannot be used. */
export class DeviceError extends Error {
  /** Tells it from other errors. */
  override readonly name = "DeviceError";
  constructor(readonly device: string, reason: string) {
    super(`Cannot use device "${device}" as ${reason}; use --device cpu`);
  }
}

/** Set for the process that tries a device, so that it never starts another one. */
const GUARD = "SEGAD_PROBING";
const LIMIT_MS = 30_000;

/**
 * Tries a device in a process of its own, because a bad driver ends the process that loads it.
 *
 * @returns nothing where the device computed a small graph correctly, else the reason as the end of a sentence;
 * `undefined` where no process may be started (no permission, or a compiled program)
 */
export function probeElsewhere(device: Device): Promise<{ reason?: string } | undefined> {
  const script = moduleBeside("probe_main", import.meta.url);
  const program = basename(process.execPath).replace(/\.exe$/, "");
  if (process.env[GUARD] || !["deno", "node", "bun"].includes(program)) return Promise.resolve(undefined);
  const path = script.protocol === "file:" ? fileURLToPath(script) : script.href;
  const args = program === "deno" ? ["run", "--quiet", "--allow-all", path, device] : [path, device];
  return new Promise((resolve) => {
    try {
      const child = spawn(process.execPath, args, {
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, [GUARD]: "1" },
        timeout: LIMIT_MS,
        killSignal: "SIGKILL",
      });
      let text = "";
      child.stdout.on("data", (chunk) => text += chunk);
      child.on("error", () => resolve(undefined));
      child.on("close", (code, signal) => resolve(readVerdict(text, code, signal)));
    } catch {
      resolve(undefined);
    }
  });
}

/** What the trying process said: its one line of JSON, or the way in which it ended. */
export function readVerdict(text: string, code: number | null, signal: string | null): { reason?: string } {
  const line = text.split("\n").find((item) => item.startsWith('{"probe":'));
  if (line) {
    const { reason } = JSON.parse(line) as { reason?: string };
    return reason === undefined ? {} : { reason };
  }
  return { reason: `its driver ends the process (${signal ?? `exit code ${code}`})` };
}

/**
 * Whether this machine has a graphics device at all. A software adapter (lavapipe, SwiftShader) computes correctly but
 * slower than the CPU device does, so `auto` must not take it.
 */
export function hasGraphicsDevice(platform: string = process.platform, list = listFolder): boolean {
  if (platform !== "linux") return true;
  return list("/dev/dri").some((name) => name.startsWith("renderD")) ||
    list("/dev").some((name) => /^(nvidia\d+|dxg|kfd)$/.test(name));
}

function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
