/** What the service answers, as the page uses it; the service's OpenAPI document says all of it. @module */
import type { LineHours } from "../../../../product/station/line.ts";
import type { Part as StationPart } from "../../../../product/station/parts.ts";
import type { Counts } from "../../../../product/station/projects.ts";
import type { StoredDecision } from "../../../../product/station/verdicts.ts";

export type { Share } from "../../../../method/evaluate/operating_point.ts";
export type { Label } from "../../../../product/station/parts.ts";
export type { StoredVerdict as Verdict } from "../../../../product/station/verdicts.ts";
export type Decision = StoredDecision;

export interface Job {
  readonly id: number;
  readonly kind: "train" | "learn" | "import" | "compare";
  readonly state: "running" | "stopping" | "stopped" | "done" | "failed" | "interrupted";
  /** How far it is, while it runs. */
  readonly step?: string;
  readonly done?: number;
  readonly total?: number;
  readonly note?: string | null;
  readonly secondsLeft?: number | null;
  readonly begun: string;
  readonly ended: string | null;
  readonly error: string | null;
  readonly version: number | null;
  readonly lines: readonly string[];
}

export interface Watch {
  readonly path: string;
  readonly then: "move" | "mark" | "leave";
  readonly state: "watching" | "failed" | "away";
  readonly seen: number;
  readonly judged: number;
  readonly unread: number;
  readonly error: string | null;
}

export interface Project {
  readonly name: string;
  readonly about: string | null;
  readonly counts: Counts;
  /** Of the active version. */
  readonly version: number | null;
  readonly segments: boolean;
  readonly job: Job | null;
  readonly watch: Watch | null;
}

/** What every view of the page gets. */
export interface ViewProps {
  readonly project: Project;
}

export interface Part extends StationPart {
  readonly links: {
    readonly picture: string;
    readonly thumbnail: string;
    readonly judged?: string;
    readonly overlay?: string | null;
    readonly map?: string | null;
  };
}

export interface Parts {
  readonly parts: readonly Part[];
  readonly total: number;
}

export interface Warnings {
  readonly warnings: readonly { readonly kind: string; readonly message: string; readonly parts: readonly number[] }[];
}

export interface SegmentLabel {
  readonly value?: number;
  readonly name: string;
  readonly colour: string;
  readonly ignored?: boolean;
}

export interface Segments {
  readonly width: number;
  readonly height: number;
  readonly segments: readonly SegmentLabel[];
  readonly link?: string;
  /** A data URL, of a map that is only suggested. */
  readonly png?: string;
}

export interface ResultRow {
  readonly method: string;
  readonly auroc: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly detector: boolean;
  readonly chosen: boolean;
}

export interface Results {
  readonly rows: readonly ResultRow[];
  /** Whether the model is better than its best detector, beyond chance; null where that cannot be told. */
  readonly better: boolean | null;
  readonly sentence: string;
}

export interface Version {
  readonly id: number;
  readonly number: number;
  readonly kind: "run" | "train" | "learn";
  readonly state: "candidate" | "active" | "accepted" | "discarded";
  readonly parent: number | null;
  readonly created: string;
  readonly decided: { readonly at: string; readonly by: string | null } | null;
  readonly method: string;
  readonly threshold: number;
  readonly review: number | null;
  readonly description: string;
  readonly parts: { readonly good: number; readonly bad: number } | null;
  readonly segments: boolean;
  /** It is one graph that judges as it is. */
  readonly exported?: true;
  readonly results: Results | null;
  /** Of the same without the segment map, where both were trained. */
  readonly without?: Results;
  /** And what the map was worth, in a sentence. */
  readonly mapWorth?: string;
  readonly advice: readonly string[];
  /** What is odd about the pictures. */
  readonly notes?: readonly string[];
  /** Why good and bad may be exchanged. */
  readonly swapped?: string | null;
  readonly links: { readonly report?: string | null };
}

export interface Versions {
  readonly versions: readonly Version[];
  readonly active: number | null;
}

interface ControlFigures {
  readonly good: number;
  readonly bad: number;
  readonly caught: number;
  readonly alarms: number;
}

export interface Flip {
  readonly part: Part;
  readonly before: { readonly score: number; readonly decision: Decision };
  readonly after: { readonly score: number; readonly decision: Decision };
  readonly right: "before" | "after" | null;
}

export interface Comparison {
  readonly judged: number;
  readonly flips: readonly Flip[];
  readonly counts: {
    readonly toBad: number;
    readonly toGood: number;
    readonly right: number;
    readonly wrong: number;
  };
  readonly control: {
    readonly parts: number;
    readonly before: ControlFigures;
    readonly after: ControlFigures;
  } | null;
  readonly missing: number;
}

export interface OperatingPoint {
  readonly threshold: number;
  readonly review: number | null;
  readonly current: { readonly threshold: number; readonly review: number | null };
  /** Held-out scores, sorted. */
  readonly bad: readonly number[];
  readonly good: readonly number[];
  readonly method: string;
}

export interface Proposal {
  readonly threshold: number;
  readonly review?: number | null;
  readonly missing?: number | null;
  readonly sentence: string;
}

export interface OperatingHistory {
  readonly changes: readonly {
    readonly at: string;
    readonly by: string | null;
    readonly threshold: number;
    readonly review: number | null;
  }[];
}

export interface Line extends LineHours {
  readonly threshold: number | null;
  readonly review: number | null;
}

export interface DriftAlarm {
  readonly segment?: string | null;
  readonly detector?: string | null;
  readonly statistic: string;
  readonly direction: "higher" | "lower" | "spread";
  readonly usual: number;
  readonly now: number;
  readonly p: number;
  readonly psi: number;
}

export interface Drift {
  readonly parts: number;
  readonly needed: number;
  readonly tests: number;
  readonly falseAlarms: number;
  /** Good training parts that they are compared with. */
  readonly good: number;
  readonly alarms: readonly DriftAlarm[];
}

export interface Alarms {
  readonly alarms: readonly (DriftAlarm & {
    readonly id: number;
    readonly at: string;
    readonly message: string;
    readonly parts: readonly number[];
    readonly acknowledged: { readonly at: string; readonly by: string | null } | null;
  })[];
}
