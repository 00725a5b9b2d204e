/** Work that is handed out to the workers at a queue. @module */
import type { Reporter } from "../../base/text/progress.ts";
import type { Device } from "../../engine/session/device.ts";
import { openRuntime } from "../../engine/session/runtime.ts";
import { openCache } from "../../product/run/cache.ts";
import { kinOf } from "../../product/run/kin.ts";
import { type OpenFleet, openFleet } from "../queue/fleet.ts";

/** Which workers. */
export interface FleetPlace {
  readonly url: string;
  /** The folder that they and this process share. */
  readonly cache: string;
  readonly device: Device | "auto";
  readonly reporter: Reporter;
}

/** Opens a fleet for some work, and closes it behind that, however it ends. */
export async function withFleet<T>(
  { url, cache, device, reporter }: FleetPlace,
  work: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  const runtime = await openRuntime({ device });
  const kin = await kinOf(runtime.device);
  const fleet = await openFleet({ url, kin, cache: openCache(cache), reporter });
  try {
    return await work(fleet);
  } finally {
    await fleet.close();
  }
}
