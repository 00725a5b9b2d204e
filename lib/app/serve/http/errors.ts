/** What went wrong, as an answer. @module */
import { ConflictError, MissingError } from "../../../product/station/station.ts";
import { describeError } from "../../../base/text/describe_error.ts";

/** The kinds of answers that tell of an error, and their status. */
export const CODES = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  too_large: 413,
  unreadable: 422,
  busy: 429,
  failed: 500,
  stopping: 503,
  timeout: 504,
} as const;
export type Code = keyof typeof CODES;

/** An error that knows its answer. */
export class ServiceError extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
  }
}

/** The answer to a request that has ended in an error. What nobody foresaw is a fault of ours: it is told to the log as well. */
export function answerError(error: unknown, log: (line: string) => void): Response {
  const code = codeOf(error);
  const message = describeError(error);
  if (code === "failed") log(error instanceof Error && error.stack ? error.stack : message);
  const headers = error instanceof ServiceError ? error.options.headers : undefined;
  return Response.json({ error: { code, message } }, { status: CODES[code], headers });
}

export function codeOf(error: unknown): Code {
  if (error instanceof ServiceError) return error.code;
  if (error instanceof MissingError) return "missing";
  if (error instanceof ConflictError) return "conflict";
  return "failed";
}
