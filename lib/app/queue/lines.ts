/** Messages between processes: a line of JSON each, over the streams that a child has anyway. @module */

/** The messages of a stream, in their order; ends where the other process does. */
export async function* receive<T>(stream: ReadableStream<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

/** Writes messages to a stream, one whole line after the other. */
export interface Sender<T> {
  /** Ends when the message is on its way; never throws, as the end of the other process is told by its exit. */
  send(message: T): Promise<void>;
  close(): Promise<void>;
}

/** Opens a sender. */
export function openSender<T>(stream: WritableStream<Uint8Array>): Sender<T> {
  const writer = stream.getWriter();
  writer.closed.catch(() => {});
  return {
    send: (message) => writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`)).catch(() => {}),
    close: () => writer.close().catch(() => {}),
  };
}
