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
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: "greedy",
    delimiter: ",",
  });
  const fields: string[] = meta.fields ?? [];
  const missing = columns.filter((column) => !fields.includes(column));
  if (missing.length > 0) {
    throw new SyntaxError(
      `Cannot read "${path}" as its header must have ${quote(columns)}: ${quote(missing)} missing, found ${
        quote(fields)
      }`,
    );
  }
  if (errors.length > 0) {
    const [{ message, row }] = errors;
    throw new SyntaxError(`Cannot read "${path}" as row ${(row ?? 0) + 2} is broken: ${message}`);
  }
  return data as Awaited<ReturnType<typeof readCsv<C>>>;
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
