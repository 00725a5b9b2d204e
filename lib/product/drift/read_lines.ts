/** Parts from a file of scored lines. @module */
import { readWhole } from "../../base/io/read_file.ts";
import { type } from "arktype";
import type { WatchedPart } from "./find_drift.ts";

const lineSchema = type({ file: "string", decision: "string", "watched?": type({ "[string]": "number | null" }) });

/**
 * Reads the parts of JSON lines that `score --format jsonl --details` has written, in their order. Those that could not be read,
 * or are none of this part, are left out.
 *
 * @throws {SyntaxError} where a line is no JSON, or none has what is watched
 * @throws {Error} where the file cannot be read
 */
export async function readWatchedParts(path: string): Promise<WatchedPart[]> {
  const text = new TextDecoder().decode(await readWhole(path));
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const parts = lines.flatMap((line, i): WatchedPart[] => {
    const read = lineSchema(parsed(line, path, i + 1));
    if (read instanceof type.errors) {
      throw new SyntaxError(`Cannot read "${path}" as line ${i + 1} is no verdict: ${read.summary}`);
    }
    const { file, decision, watched } = read;
    return decision === "unread" || decision === "not_judged" || !watched ? [] : [{ id: file, watched }];
  });
  if (parts.length > 0 || lines.length === 0) return parts;
  throw new SyntaxError(
    `Cannot look for drift in "${path}" as no line has what is watched: score with --format jsonl --details, with a model ` +
      "that knows what good parts look like",
  );
}

function parsed(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${path}" as line ${number} is no JSON`, { cause });
  }
}
