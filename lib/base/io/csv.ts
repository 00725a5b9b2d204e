/** Tables with a header line. @module */
import Papa from "papaparse";
import { readWhole } from "./read_file.ts";

/**
 * The rows of a CSV file as records of text, in the order of the file; they have the other columns of the file too.
 *
 * @throws {SyntaxError} where a column is missing, or a row has more or fewer fields than the header
 * @throws {Error} where the file cannot be read
 */
export async function readCsv<C extends string>(
  path: string,
  columns: readonly C[],
): Promise<(Record<C, string> & Readonly<Record<string, string | undefined>>)[]> {
  const text = new TextDecoder().decode(await readWhole(path));
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: "greedy", delimiter: "," });
  const [fields = [], ...rows]: string[][] = data;
  const missing = columns.filter((column) => !fields.includes(column));
  if (missing.length > 0) {
    throw new SyntaxError(
      `Cannot read "${path}" as its header must have ${quote(columns)}: ${quote(missing)} missing, found ${
        quote(fields)
      }`,
    );
  }
  const twice = fields.filter((field) => field !== "").find((column) =>
    fields.indexOf(column) !== fields.lastIndexOf(column)
  );
  if (twice !== undefined) throw new SyntaxError(`Cannot read "${path}" as its header has "${twice}" twice`);
  const broken = rows.findIndex(({ length }) => length !== fields.length);
  if (errors.length > 0 || broken >= 0) {
    const { row, message } = errors[0] ?? {
      row: broken + 1,
      message: `Too ${rows[broken].length < fields.length ? "few" : "many"} fields: expected ${fields.length} fields ` +
        `but parsed ${rows[broken].length}`,
    };
    throw new SyntaxError(`Cannot read "${path}" as row ${(row ?? 0) + 1} is broken: ${message}`);
  }
  const records = rows.map((row) => Object.fromEntries(fields.map((field, at) => [field, row[at]])));
  return records as Awaited<ReturnType<typeof readCsv<C>>>;
}

/** Text that a spreadsheet would take for a formula, whatever lines come after. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * Rows as CSV (RFC 4180) with line feeds between them. Fields with commas, quotes or line breaks are quoted; text that a
 * spreadsheet would take for a formula gets an apostrophe, numbers stay as they are.
 */
export function formatCsv(rows: readonly (readonly unknown[])[]): string {
  return Papa.unparse(rows as unknown[][], { newline: "\n", escapeFormulae: FORMULA });
}

function quote(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.map((name) => `"${name}"`).join(", ");
}
