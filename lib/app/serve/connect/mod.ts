/**
 * To the line: verdicts and alarms of a station to webhooks, MQTT, Modbus TCP and OPC UA, as a file of settings says. Nothing of
 * this is loaded without one.
 * @module
 */
import type { StationEvent } from "../../../product/station/events.ts";
import type { Station } from "../../../product/station/station.ts";
import { openConnector } from "./child.ts";
import { deliver, type Delivery, type DeliveryState, eventsOf, follow } from "./feed.ts";
import { messageOf, TOLD } from "./message.ts";
import { openModbus } from "./modbus.ts";
import { checkSettings, type Choice } from "./settings.ts";
import { postMessage } from "./webhook.ts";

/** What connections stand on. */
export interface ConnectContext {
  readonly station: Station;
  readonly log: (line: string) => void;
}

/** A connection, as it stands. */
export interface ConnectionState extends Partial<Omit<DeliveryState, "state">> {
  readonly kind: "webhook" | "mqtt" | "modbus" | "opcua";
  readonly name: string;
  readonly state: string;
}

/** Connections that hold until they are closed. */
export interface Connections {
  states(): ConnectionState[];
  close(): Promise<void>;
}

/**
 * Opens the connections that settings name.
 *
 * @throws {TypeError} where the settings are not of their form
 * @throws {Error} where a port cannot be listened on
 */
export async function connect({ station, log }: ConnectContext, settings: unknown): Promise<Connections> {
  const { webhooks = [], mqtt = [], modbus, opcua } = checkSettings(settings);
  const events = eventsOf(station);
  const open: { state(): ConnectionState; close(): Promise<void> }[] = [];
  const keep = (delivery: Delivery, kind: ConnectionState["kind"], name: string, close = () => Promise.resolve()) =>
    open.push({
      state: () => ({ ...delivery.state(), kind, name }),
      async close() {
        await delivery.close();
        await close();
      },
    });
  try {
    for (const webhook of webhooks) {
      const send = (event: StationEvent, signal: AbortSignal) => postMessage(webhook, messageOf(event), signal);
      keep(deliver(events, { name: `webhook ${webhook.name}`, wants: chosen(webhook), send }), "webhook", webhook.name);
    }
    for (const broker of mqtt) {
      const { name, url, topic = "segad", username, password } = broker;
      const connector = openConnector("mqtt", { url, topic, username, password });
      const send = (event: StationEvent, signal: AbortSignal) => connector.send(messageOf(event), signal);
      // The connector knows without asking whether the broker is there: what waits is tried soon.
      const delivery = deliver(events, { name: `mqtt ${name}`, wants: chosen(broker), send, most: 5000 });
      keep(delivery, "mqtt", name, connector.close);
    }
    if (modbus) {
      const server = await openModbus(modbus);
      const verdicts = chosen(modbus);
      const following = follow(
        events,
        (event) => event.kind === "verdict" && verdicts(event),
        (event) => server.take(messageOf(event)),
      );
      log(`Modbus TCP on ${modbus.host ?? "127.0.0.1"}:${server.port}`);
      open.push({
        state: () => ({ kind: "modbus", name: `port ${server.port}`, state: "listening" }),
        async close() {
          following.close();
          await server.close();
        },
      });
    }
    if (opcua) {
      const { host = "127.0.0.1", port = 4840 } = opcua;
      const connector = openConnector("opcua", { host, port }, ["--allow-read", "--allow-write", "--allow-sys"]);
      const send = (event: StationEvent, signal: AbortSignal) => connector.send(messageOf(event), signal);
      keep(
        deliver(events, { name: "opcua", wants: chosen(opcua), send }),
        "opcua",
        `opc.tcp://${host}:${port}`,
        connector.close,
      );
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  async function closeAll(): Promise<void> {
    await Promise.all(open.map((each) => each.close()));
  }
  return { states: () => open.map((each) => each.state()), close: closeAll };
}

/** Whether an event is one that a receiver has chosen. */
function chosen({ decisions, projects }: Choice): (event: StationEvent) => boolean {
  return (event) => {
    if (!TOLD.has(event.kind) || (projects && !projects.includes(event.project))) return false;
    const { decision } = messageOf(event);
    return decision === undefined || !decisions || decisions.includes(decision);
  };
}
