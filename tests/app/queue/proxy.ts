/** A way to a server that can be cut as a broken network cuts it: nothing comes through and nobody is told. @module */

/** The way. */
export interface OpenProxy {
  readonly port: number;
  /** From now on nothing comes through. */
  cut(): void;
  /** The old connections break, new ones come through. */
  heal(): void;
  close(): void;
}

/** Opens a way to a port of this machine. */
export function openProxy(to: number): OpenProxy {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open = new Set<Deno.Conn>();
  let whole = true;
  async function carry(from: Deno.Conn, into: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
        // What was on its way when the line was cut is lost.
        if (!whole) return;
        for (let at = 0; at < read;) at += await into.write(buffer.subarray(at, read));
      }
      drop(into);
    } catch {
      drop(into);
    }
  }
  function drop(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // It is closed.
    }
  }
  (async () => {
    try {
      for await (const client of listener) {
        const server = await Deno.connect({ port: to, hostname: "127.0.0.1" });
        open.add(client).add(server);
        if (whole) void Promise.all([carry(client, server), carry(server, client)]);
      }
    } catch {
      // It is closed.
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    cut: () => void (whole = false),
    heal() {
      for (const connection of open) drop(connection);
      whole = true;
    },
    close() {
      listener.close();
      for (const connection of open) drop(connection);
    },
  };
}
