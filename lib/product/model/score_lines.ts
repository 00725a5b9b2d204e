/** Scores as lines of text. @module */
import Papa from "papaparse";
import type { PictureScore } from "./score_files.ts";

/** The columns of a CSV line. */
export const csvHeader = "file,score,decision,reason";

/**
 * A line of CSV (RFC 4180): file, score, decision, reason; for an unread file the reason is the error. Text that a
 * spreadsheet would take for a formula gets an apostrophe; numbers stay as they are.
 */
export function csvLine(result: PictureScore): string {
  const cells = result.error === undefined
    ? [oneLine(result.file), result.score, result.decision, oneLine(result.reason)]
    : [oneLine(result.file), "", "unread", oneLine(result.error)];
  return Papa.unparse([cells], { escapeFormulae: true });
}

/** A line of JSON with the same fields; for an unread file the score is null and the reason the error. */
export function jsonLine(result: PictureScore): string {
  if (result.error !== undefined) {
    return JSON.stringify({ file: result.file, score: null, decision: "unread", reason: result.error });
  }
  const { file, score, decision, reason } = result;
  return JSON.stringify({ file, score, decision, reason });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
