/** The worker's side of a {@linkcode Pool}. @module */
import { parentPort } from "node:worker_threads";
import { packMessage, unpackMessage } from "./message.ts";

/** What may be handed over instead of copied. */
export type Transferable = ArrayBuffer | MessagePort;

/** A result and the buffers in it that are handed over instead of copied. */
export interface Transferred<Response> {
  value: Response;
  transfer: readonly Transferable[];
}

/** Marks buffers of a response to be handed over. */
export function transferred<Response>(value: Response, transfer: readonly Transferable[]): Transferred<Response> {
  return { value, transfer };
}

/**
 * Answers each request of the pool with `handle`. What `handle` throws reaches the caller as an error with the same
 * name and message.
 */
export function serve<Request, Response>(
  handle: (request: Request) => Transferred<Response> | Promise<Transferred<Response>>,
): void {
  if (!parentPort) throw new Error("Cannot serve requests as this file was not started as a worker");
  const port = parentPort;
  port.on("message", async (request: unknown) => {
    try {
      const { value, transfer } = await handle(unpackMessage(request) as Request);
      port.postMessage({ ok: true, value: packMessage(value, transfer) }, transfer as never);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      port.postMessage({ ok: false, error });
    }
  });
}
