/** Ports for servers that must be told one. @module */
import { createServer } from "node:net";

/**
 * A port of this machine at which nobody listens. It is none of those that systems give to connections that go out, so that it
 * stays free until a server takes it, and where that server ends and begins again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(10_000 * Math.random());
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
