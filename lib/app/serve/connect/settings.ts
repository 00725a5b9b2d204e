/** What a `--connect` file says. @module */
import { type Type, type } from "arktype";
import { refuse } from "../../../base/text/refuse.ts";
import type { ModbusSettings } from "./modbus.ts";
import type { WebhookSettings } from "./webhook.ts";

/** Which events are for a receiver. */
export interface Choice {
  /** Decisions of verdicts; all where left out. */
  readonly decisions?: readonly string[];
  /** All where left out. */
  readonly projects?: readonly string[];
}

/** A broker. */
export interface MqttSettings {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  /** What topics begin with; `segad` where left out. */
  readonly topic?: string;
  readonly username?: string;
  readonly password?: string;
}

/** An OPC UA server. */
export interface OpcuaSettings {
  /** 127.0.0.1 where left out. */
  readonly host?: string;
  /** 4840 where left out. */
  readonly port?: number;
}

/** What a file says; receivers are known by their names, so that each goes on where it was. */
export interface ConnectSettings {
  readonly webhooks?: readonly (WebhookSettings & Choice & { readonly name: string })[];
  readonly mqtt?: readonly (MqttSettings & Choice & { readonly name: string })[];
  readonly modbus?: ModbusSettings & Choice;
  readonly opcua?: OpcuaSettings & Choice;
}

const choice = {
  "decisions?": "('good' | 'review' | 'bad' | 'unread' | 'not_judged')[]",
  "projects?": "string[]",
} as const;
const port = "1 <= number.integer <= 65535";
const name = /^[\w.-]{1,60}$/;

const schema: Type<ConnectSettings> = type({
  "+": "reject",
  "webhooks?": type({
    "+": "reject",
    name,
    url: /^https?:\/\/\S+$/,
    secret: "string >= 16",
    "timeout?": "100 <= number <= 120000",
    ...choice,
  }).array(),
  "mqtt?": type({
    "+": "reject",
    name,
    url: /^(?:mqtts?|wss?):\/\/\S+$/,
    "topic?": /^[^+#\0]{1,200}$/,
    "username?": "string",
    "password?": "string",
    ...choice,
  }).array(),
  "modbus?": { "+": "reject", "host?": "string", "port?": port, ...choice },
  "opcua?": { "+": "reject", "host?": "string", "port?": port, ...choice },
});

/**
 * Checks settings.
 *
 * @throws {TypeError} where they are not of this form, with the path of each difference
 */
export function checkSettings(value: unknown): ConnectSettings {
  const settings = schema(value);
  if (settings instanceof type.errors) return refuse("use the settings of connections", settings, schema);
  const names = [...settings.webhooks ?? [], ...settings.mqtt ?? []].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return settings;
  throw new TypeError(
    `Cannot use the settings of connections as two are called "${twice}": give each a name of its own`,
  );
}
