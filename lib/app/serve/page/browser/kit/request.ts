/** Requests to the service. @module */
import { signal } from "@preact/signals";

/** What the service refused, in its words. */
export class RefusedError extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** Whether the service wants a token that this browser has not given. */
export const signInNeeded = signal(false);

/**
 * Asks the service and gives what it answers.
 *
 * @param body sent as JSON; a form as it is
 * @throws {RefusedError} with the service's sentence where it does not do what was asked
 */
export async function ask<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  const form = body instanceof FormData;
  const response = await fetch(path, {
    method,
    headers: body === undefined || form ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  }).catch(() => {
    throw new RefusedError(0, "away", "The service does not answer: is it still running?");
  });
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : parseOr(text);
  if (response.ok) return answer as T;
  if (response.status === 401) signInNeeded.value = true;
  const { code = "failed", message = `${response.status} ${response.statusText}` } =
    (answer as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
  throw new RefusedError(response.status, code, message);
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
