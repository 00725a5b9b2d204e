/** Work that is handed out to the workers at a queue. @module */
import { mkdir, realpath } from "node:fs/promises";
import type { Reporter } from "../../base/text/progress.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { kinOf } from "../../product/run/fleet/kin.ts";
import { type OpenFleet, openFleet } from "../queue/fleet.ts";

/** Which workers. */
export interface FleetPlace {
  readonly url: string;
  /** The folder that they and this process share. */
  readonly cache: string;
  /** What they share in place of the folder. */
  readonly store?: string;
  readonly device: Device | "auto";
  readonly reporter: Reporter;
}

/** Opens a fleet for some work, and closes it behind that, however it ends. */
export async function withFleet<T>(
  { url, cache, store, device, reporter }: FleetPlace,
  work: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  const runtime = await openRuntime({ device });
  const kin = await kinOf(runtime.device);
  await mkdir(cache, { recursive: true });
  const fleet = await openFleet({ url, kin, cache: await realpath(cache), store, reporter });
  try {
    return await work(fleet);
  } finally {
    await fleet.close();
  }
}
