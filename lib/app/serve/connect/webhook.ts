/**
 * Webhooks: each event as a POST of JSON, signed as the Standard Webhooks specification has it
 * (https://www.standardwebhooks.com), so that receivers check it with a library of theirs.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { RefusedError } from "./feed.ts";
import type { LineMessage } from "./message.ts";

/** Where to, and the secret of both sides. */
export interface WebhookSettings {
  readonly url: string;
  /** `whsec_` and base64, or any text. */
  readonly secret: string;
  /** Milliseconds to answer in; 10,000 where left out. */
  readonly timeout?: number;
}

/** Answers after which the same request may succeed, beside those of 500 and more. */
const LATER = new Set([408, 409, 423, 425, 429]);

/**
 * Posts a message.
 *
 * @throws {RefusedError} where the receiver says that it will never take it
 * @throws {Error} where it does not answer, or may take it later
 */
export async function postMessage(
  { url, secret, timeout = 10_000 }: WebhookSettings,
  message: LineMessage,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(message);
  const id = `segad_${message.project}_${message.id}`;
  const seconds = Math.floor(Date.now() / 1000);
  const answer = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": `${seconds}`,
      "webhook-signature": signatureOf(secret, id, seconds, body),
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  const said = `the receiver answered ${answer.status} ${answer.statusText}`.trimEnd();
  if (answer.status >= 500 || LATER.has(answer.status)) throw new Error(said);
  throw new RefusedError(said);
}

/** `v1,` and the HMAC-SHA256 of identifier, time and body. */
export function signatureOf(secret: string, id: string, seconds: number, body: string): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret);
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}
