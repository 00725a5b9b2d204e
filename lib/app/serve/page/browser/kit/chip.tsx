/** Decisions and labels as words with a colour. @module */
import type { Decision } from "../api.ts";
import { decisionWord } from "./words.ts";

/** The class that colours a decision. */
export function toneOf(decision: Decision | null | undefined): "good" | "bad" | "review" | "none" {
  return decision === "good" || decision === "bad" || decision === "review" ? decision : "none";
}

export function Chip({ decision }: { decision: Decision }) {
  return <span class={`chip ${toneOf(decision)}`}>{decisionWord(decision)}</span>;
}
