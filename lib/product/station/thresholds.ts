/** Thresholds that people have set, and who did. @module */
import { addEvent } from "./events.ts";
import { now, type Station } from "./station.ts";
import type { Version } from "./versions.ts";

/** A change of a version's thresholds. */
export interface ThresholdChange {
  readonly id: number;
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly threshold: number;
  readonly review: number | null;
  /** Before. */
  readonly was: number;
  readonly was_review: number | null;
}

/** Keeps a change. */
export function addThreshold(
  station: Station,
  { id: version, project }: Pick<Version, "id" | "project">,
  change: Omit<ThresholdChange, "id" | "at" | "version">,
): void {
  const { by, threshold, review, was, was_review } = change;
  station.transaction(() => {
    station.run(
      "INSERT INTO threshold (version, at, by, threshold, review, was, was_review) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[version, now(), by, threshold, review, was, was_review],
    );
    addEvent(station, { project, kind: "operating", data: { version, threshold, review, by, was } });
  });
}

/** The newest first. */
export function thresholdsOf(station: Station, project: string): ThresholdChange[] {
  return station.all<ThresholdChange>(
    `SELECT threshold.* FROM threshold JOIN version ON version.id = threshold.version
     WHERE version.project = ? ORDER BY threshold.id DESC LIMIT 1000`,
    project,
  );
}
