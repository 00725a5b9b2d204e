/**
 * MQTT, in a process of its own that fetches the package when it is first wanted: lines of JSON come in, each is acknowledged
 * when the broker has.
 *
 * A verdict goes to `PREFIX/PROJECT/verdict`, an alarm to `PREFIX/PROJECT/alarm`; the last verdict of a project is retained at
 * `PREFIX/PROJECT/state`; `PREFIX/status` is `online`, and `offline` by the broker's own hand where the process is gone.
 * @module
 */
import { createInterface } from "node:readline";
import process from "node:process";
import mqtt from "mqtt";
import { leaveSignals } from "../../../../base/workers/leave_signals.ts";
import type { ChildReport, ChildRequest } from "../child_lines.ts";

/** Of a `--connect` file. */
interface Settings {
  readonly url: string;
  readonly topic: string;
  readonly username?: string;
  readonly password?: string;
}

leaveSignals();

const lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();

async function next(): Promise<ChildRequest<Settings> | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

function report(report: ChildReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

// Where the service is killed nobody listens any more: this process ends as its input has.
process.stdout.on("error", () => {});

const first = await next();
if (first && "settings" in first) {
  const { url, topic, username, password } = first.settings;
  const client = mqtt.connect(url, {
    ...{ username, password },
    clientId: `segad-${process.pid}-${Date.now().toString(36)}`,
    will: { topic: `${topic}/status`, payload: mqtt_bytes("offline"), qos: 1, retain: true },
    reconnectPeriod: 1000,
    connectTimeout: 10_000,
    // What the broker has not acknowledged is sent again by the station, which has it on disk.
    queueQoSZero: false,
  });
  client.on("connect", () => {
    client.publish(`${topic}/status`, "online", { qos: 1, retain: true });
    report({ state: "connected" });
  });
  client.on("close", () => report({ state: "away" }));
  client.on("error", ({ message }) => report({ state: "away", error: message }));
  for (let request = await next(); request; request = await next()) {
    if (!("message" in request)) continue;
    const { id, message } = request;
    try {
      if (!client.connected) throw new Error("the broker is away");
      const text = JSON.stringify(message);
      const at = `${topic}/${level(message.project)}`;
      await client.publishAsync(`${at}/${level(message.kind)}`, text, { qos: 1 });
      if (message.kind === "verdict") await client.publishAsync(`${at}/state`, text, { qos: 1, retain: true });
      report({ done: id });
    } catch (error) {
      report({ failed: id, error: error instanceof Error ? error.message : String(error) });
    }
  }
  if (client.connected) await client.publishAsync(`${topic}/status`, "offline", { qos: 1, retain: true });
  await client.endAsync(true);
}

/** A level of a topic holds no separator and no wildcard. */
function level(text: string): string {
  return text.replaceAll(/[/+#\0]/g, "_");
}

function mqtt_bytes(text: string) {
  return new TextEncoder().encode(text) as never;
}
