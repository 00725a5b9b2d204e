/** Scores as lines of text. @module */
import Papa from "papaparse";
import { formatCsv } from "../../base/io/csv.ts";
import type { WrittenLine } from "./earlier_lines.ts";
import type { PictureScore } from "./score_loaded.ts";

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

/** The same for the Excel of countries with decimal commas, which takes the commas of CSV for those of numbers … */
export const excelHeader = "\uFEFFfile;score;decision;reason";

/** … a record with semicolons between its fields and a comma in its number; see {@linkcode csvLine}. */
export function excelLine(result: PictureScore): string {
  const { file, score, decision, reason } = fieldsOf(result);
  return [excelField(file), score === null ? "" : `${score}`.replace(".", ","), decision, excelField(oneLine(reason))]
    .join(";");
}

/** A text field of CSV is quoted for the sake of commas, and here for that of semicolons too. */
function excelField(text: string): string {
  const field = formatCsv([[text]]);
  return field.includes(";") && !field.startsWith('"') ? `"${field}"` : field;
}

/** A line of JSON with the same fields; for an unread file the score is null and the reason the error. */
export function jsonLine(result: PictureScore): string {
  return JSON.stringify(fieldsOf(result));
}

/** How lines begin, and what their names are. */
export type LineFormat = "csv" | "excel" | "jsonl";

/** Before the first line of each format. */
export const HEADERS: Readonly<Record<LineFormat, string>> = {
  csv: `${csvHeader}\n`,
  excel: `${excelHeader}\n`,
  jsonl: "",
};

/** What a file is called in a line: CSV puts an apostrophe before what a spreadsheet would take for a formula. */
export function nameInLine(file: string, format: LineFormat): string {
  if (format === "jsonl") return file;
  const [[name]] = Papa.parse<string[]>(formatCsv([[file]]), { delimiter: ",", newline: "\n" }).data;
  return name;
}

/**
 * The lines from the first on that are whole, without the header: what a process that was killed has written.
 *
 * ```ts
 * import { csvHeader, readLines } from "./score_lines.ts";
 * const text = `${csvHeader}\na.png,1.5,good,low\nb.png,2.5,ba`;
 * console.assert(readLines(new TextEncoder().encode(text), "csv").map(({ name }) => name).join() === "a.png");
 * ```
 */
export function readLines(bytes: Uint8Array, format: LineFormat): WrittenLine[] {
  const lines: WrittenLine[] = [];
  let begin = 0;
  for (const end of endsOf(bytes, format)) {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(begin, end - 1));
    const isHeader = format !== "jsonl" && begin === 0;
    const line = isHeader ? undefined : readLine(text, format);
    if (isHeader ? `${text}\n` !== HEADERS[format] : !line) return lines;
    if (line) lines.push({ ...line, end });
    begin = end;
  }
  return lines;
}

/** Behind each line feed that ends a record: in CSV, those within quotes belong to the field. */
function* endsOf(bytes: Uint8Array, format: LineFormat): Generator<number> {
  const [feed, quote] = [0x0a, 0x22];
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === quote && format !== "jsonl") quoted = !quoted;
    else if (bytes[i] === feed && !quoted) yield i + 1;
  }
}

/** What a line says; undefined where it is none of ours, as of zeros that a disk has put there. */
function readLine(text: string, format: LineFormat): Omit<WrittenLine, "end"> | undefined {
  if (text.includes("\0")) return undefined;
  const [name, score, decision] = format === "jsonl" ? fieldsOfJson(text) : fieldsOfCsv(text, format);
  const unread = decision === "unread";
  if (typeof name !== "string" || typeof decision !== "string" || decision === "") return undefined;
  const scored = score !== "" && score !== null && Number.isFinite(Number(score));
  return scored === unread ? undefined : { name, unread };
}

function fieldsOfCsv(text: string, format: "csv" | "excel"): readonly unknown[] {
  const delimiter = format === "csv" ? "," : ";";
  const { data: [fields], errors } = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  if (errors.length > 0 || fields?.length !== 4) return [];
  return format === "csv" ? fields : [fields[0], fields[1].replace(",", "."), ...fields.slice(2)];
}

function fieldsOfJson(text: string): readonly unknown[] {
  try {
    const { file, score, decision } = JSON.parse(text);
    return [file, score, decision];
  } catch {
    return [];
  }
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
