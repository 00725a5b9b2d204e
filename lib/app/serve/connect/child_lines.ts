/** What a connector in a process of its own is told, and says: lines of JSON. @module */
import type { LineMessage } from "./message.ts";

/** A line to the process: its settings first, then messages. */
export type ChildRequest<Settings = unknown> =
  | { readonly settings: Settings }
  | { readonly id: number; readonly message: LineMessage };

/** A line from it. */
export type ChildReport =
  | { readonly state: "connected" | "away"; readonly error?: string }
  | { readonly done: number }
  | { readonly failed: number; readonly error: string };
