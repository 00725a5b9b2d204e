/** Scores as lines of text. @module */
import { formatCsv } from "../../base/io/csv.ts";
import type { PictureScore } from "./score_files.ts";

/** The columns of a CSV line. */
export const csvHeader = "file,score,decision,reason";

/**
 * A record of CSV: file, score, decision, reason; for an unread file the reason is the error, on one line. A name with a
 * line break keeps it, in quotes, so that two files never look like one. See `formatCsv` for formulas.
 */
export function csvLine(result: PictureScore): string {
  const { file, score, decision, reason } = fieldsOf(result);
  return formatCsv([[file, score ?? "", decision, oneLine(reason)]]);
}

/** A line of JSON with the same fields; for an unread file the score is null and the reason the error. */
export function jsonLine(result: PictureScore): string {
  return JSON.stringify(fieldsOf(result));
}

/** What both formats say. A number that neither can write is no score, and gives no decision. */
function fieldsOf(result: PictureScore) {
  const { file } = result;
  if (result.error !== undefined) return { file, score: null, decision: "unread", reason: result.error };
  const { score, decision, reason } = result;
  if (Number.isFinite(score)) return { file, score, decision, reason };
  return { file, score: null, decision: "unread", reason: `Cannot use the score as it must be finite: it is ${score}` };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
