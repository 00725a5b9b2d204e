/** What the parts of the service share. @module */
import type { Station } from "../../product/station/station.ts";
import type { Connections } from "./connect/mod.ts";
import type { Guard } from "./http/guard.ts";
import type { Judging } from "./judging.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { Live } from "./live.ts";
import type { Metrics } from "./metrics.ts";
import type { Models } from "./models.ts";
import type { Watches } from "./watch/watches.ts";

/** What the parts of the service share. */
export interface ServiceContext {
  readonly station: Station;
  readonly models: Models;
  readonly judging: Judging;
  readonly jobs: Jobs;
  readonly watches: Watches;
  /** What verdicts are sent to, where there is something. */
  readonly connections?: Pick<Connections, "states">;
  /** Tells pages of what is not kept: progress. */
  readonly live: Live;
  readonly metrics: Metrics;
  readonly guard: Guard;
  readonly limits: ServiceLimits;
  /** A line for who runs the service. */
  readonly log: (line: string) => void;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

/** What one request may ask for. */
export interface ServiceLimits {
  /** Bytes of a body. */
  readonly bodyBytes: number;
  /** Pixels of a picture; what the model says where left out. */
  readonly maxPixels?: number;
  /** Pictures of a project that may wait. */
  readonly waiting: number;
  /** What a picture may wait for, in milliseconds. */
  readonly milliseconds: number;
}
