/** What is told to a line: an event of the station, flat, for programs that know nothing else of it. @module */
import type { StationEvent } from "../../../product/station/events.ts";

/** What has happened. */
export interface LineMessage {
  /** Grows; the same event has the same number whenever it is sent, so that a receiver can tell what it has seen. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly project: string;
  /** `verdict` or `alarm`. */
  readonly kind: string;
  /** Of a verdict: the part's number, the picture's name, and all that was said of it. */
  readonly part?: number;
  readonly name?: string;
  readonly decision?: string;
  readonly score?: number | null;
  readonly threshold?: number;
  readonly review?: number | null;
  readonly reason?: string;
  readonly version?: number;
  /** All else that the event has. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The kinds of events that lines are told of. */
export const TOLD: ReadonlySet<string> = new Set(["verdict", "alarm"]);

/** An event as a message. */
export function messageOf({ id, at, project, kind, data }: StationEvent): LineMessage {
  const { part, name, verdict, ...more } = data;
  const said = isRecord(verdict) ? verdict : {};
  const { decision, score, threshold, review, reason, version, ...rest } = said;
  return {
    ...{ id, at, project, kind },
    ...typeof part === "number" && { part },
    ...typeof name === "string" && { name },
    ...typeof decision === "string" && { decision },
    ...(typeof score === "number" || score === null) && { score },
    ...typeof threshold === "number" && { threshold },
    ...(typeof review === "number" || review === null) && { review },
    ...typeof reason === "string" && { reason },
    ...typeof version === "number" && { version },
    more: { ...more, ...rest },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
