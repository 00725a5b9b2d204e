/** A broker of MQTT that goes and comes, and keeps which verdicts it was told of. @module */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Aedes } from "aedes";

export interface Broker {
  readonly url: string;
  /** Numbers of the verdicts that it has got; those that came twice count once. */
  readonly verdicts: ReadonlySet<number>;
  /** How often it was away. */
  absences(): number;
  leave(): Promise<void>;
  /** Comes back at the same port. */
  come(): Promise<void>;
}

/** Opens a broker at a free port of this machine. */
export async function openBroker(): Promise<Broker> {
  const verdicts = new Set<number>();
  let absences = 0;
  let open: { readonly aedes: Aedes; readonly server: Server } | undefined;
  let port = 0;

  async function come(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.on("publish", ({ topic, payload }, client) => {
      if (client && topic.endsWith("/verdict")) verdicts.add(JSON.parse(payload.toString()).more.id);
    });
    const server = createServer(aedes.handle);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
    open = { aedes, server };
  }
  await come();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    verdicts,
    absences: () => absences,
    async leave() {
      if (!open) return;
      const { aedes, server } = open;
      open = undefined;
      absences++;
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    come,
  };
}
