/** Connections against real counterparts on this machine: a receiver over HTTP, a broker of MQTT, a master of Modbus. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { Aedes } from "aedes";
import ModbusRTU from "modbus-serial";
import { openConnector } from "../../../../lib/app/serve/connect/child.ts";
import { connect } from "../../../../lib/app/serve/connect/mod.ts";
import { openModbus } from "../../../../lib/app/serve/connect/modbus.ts";
import { addEvent } from "../../../../lib/product/station/events.ts";
import { openStation, type Station } from "../../../../lib/product/station/station.ts";
import { ROOT, withFolder } from "../../cli/product.ts";
import { freePort } from "../../free_port.ts";

const log = () => {};

/** Adds the event of a verdict, as the service does. */
function addVerdict(station: Station, part: number, decision: string, project = "plates"): void {
  const verdict = {
    id: part,
    version: 2,
    decision,
    score: part / 4,
    threshold: 1.5,
    review: null,
    reason: `part ${part}`,
  };
  station.transaction(() => {
    addEvent(station, { project, kind: "verdict", data: { part, name: `${part}.png`, source: "api", verdict } });
    addEvent(station, { project, kind: "label", data: { part, label: "good", by: "me" } });
  });
}

async function until(what: () => boolean, why: string): Promise<void> {
  // No process that begins takes so long on a busy machine.
  for (let i = 0; !what(); i++) {
    assert.ok(i < 4800, why);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A receiver of webhooks that answers as it is told. */
async function openReceiver(port?: number) {
  const got: { headers: Record<string, string>; body: string }[] = [];
  const answers: number[] = [];
  const server = createHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = answers.shift() ?? 204;
      if (status < 300) {
        got.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      }
      response.writeHead(status).end();
    });
  });
  server.listen(port ?? await freePort(), "127.0.0.1");
  await once(server, "listening");
  return {
    got,
    answers,
    parts: () => got.map(({ body }) => JSON.parse(body).part),
    port: (server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

Deno.test("webhooks are signed, tried again, given up where they are refused, and gone on with after a stop", async () => {
  await withFolder(async (folder) => {
    let station = openStation(join(folder, "station"));
    addVerdict(station, 1, "bad");
    const receiver = await openReceiver();
    const secret = `whsec_${Buffer.from("0123456789abcdef0123").toString("base64")}`;
    const settings = {
      webhooks: [{ name: "mes", url: `http://127.0.0.1:${receiver.port}/in`, secret, decisions: ["bad", "review"] }],
    };
    let connections = await connect({ station, log }, settings);
    addVerdict(station, 2, "bad");
    addVerdict(station, 3, "good");
    await until(() => receiver.got.length === 1, "what happened before a receiver was known is not sent to it");
    assert.deepEqual(receiver.parts(), [2]);
    const [{ headers, body }] = receiver.got;
    const key = Buffer.from(secret.slice(6), "base64");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    assert.equal(headers["webhook-signature"], `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    const { decision, score, reason, project, kind, version } = JSON.parse(body);
    assert.deepEqual([decision, score, reason, project, kind, version], ["bad", 0.5, "part 2", "plates", "verdict", 2]);

    receiver.answers.push(503, 500, 204, 400);
    for (const part of [4, 5, 6]) addVerdict(station, part, "review");
    await until(() => receiver.got.length === 3, "4 after two failures, 5 is refused, 6");
    assert.deepEqual(receiver.parts(), [2, 4, 6]);
    const [state] = connections.states();
    assert.deepEqual([state.kind, state.name, state.sent, state.refused], ["webhook", "mes", 3, 1]);

    await receiver.close();
    addVerdict(station, 7, "bad");
    await until(() => connections.states()[0].state === "away", "the receiver is away");
    await connections.close();
    addVerdict(station, 8, "bad");
    station.close();
    station = openStation(join(folder, "station"));
    const again = await openReceiver(receiver.port);
    connections = await connect({ station, log }, settings);
    await until(() => again.got.length === 2, "what came while it was away, and while the service was");
    assert.deepEqual(again.parts(), [7, 8]);
    await connections.close();
    await again.close();
    station.close();
  });
});

/** A broker, and what was published to it by others than itself. */
async function openBroker(port?: number) {
  const broker = await Aedes.createBroker();
  const got: { topic: string; text: string; retain: boolean }[] = [];
  broker.on("publish", ({ topic, payload, retain }, client) => {
    if (client || topic.endsWith("/status")) got.push({ topic, text: payload.toString(), retain });
  });
  const server = createServer(broker.handle);
  server.listen(port ?? await freePort(), "127.0.0.1");
  await once(server, "listening");
  return {
    got,
    port: (server.address() as AddressInfo).port,
    verdicts: () => got.filter(({ topic }) => topic.endsWith("/verdict")).map(({ text }) => JSON.parse(text).part),
    async close() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("MQTT: the last state is retained, and nothing is lost while the broker is away", async () => {
  await withFolder(async (folder) => {
    const station = openStation(join(folder, "station"));
    const broker = await openBroker();
    const settings = { mqtt: [{ name: "line", url: `mqtt://127.0.0.1:${broker.port}`, topic: "hall/1" }] };
    const connections = await connect({ station, log }, settings);
    addVerdict(station, 1, "good", "a/b");
    await until(() => broker.verdicts().length === 1, "the first verdict");
    await until(() => broker.got.some(({ topic }) => topic === "hall/1/a_b/state"), "its state");
    const state = broker.got.find(({ topic }) => topic === "hall/1/a_b/state");
    assert.deepEqual([state?.retain, JSON.parse(state!.text).decision], [true, "good"]);
    assert.ok(broker.got.some(({ topic, text, retain }) => topic === "hall/1/status" && text === "online" && retain));
    const { port } = broker;
    await broker.close();
    for (const part of [2, 3, 4]) addVerdict(station, part, "bad");
    await until(() => connections.states()[0].state === "away", "the broker is away");
    assert.equal(connections.states()[0].waiting, 6, "three verdicts and what else has happened");
    const again = await openBroker(port);
    await until(() => again.verdicts().length === 3, "all that came meanwhile");
    assert.deepEqual(again.verdicts(), [2, 3, 4]);
    await until(() => connections.states()[0].state === "idle", "nothing waits");
    await connections.close();
    await until(() => again.got.at(-1)?.text === "offline", "it says good-bye");
    await again.close();
    station.close();
  });
});

Deno.test("Modbus TCP: a master reads the last verdict, and what is not there is refused", async () => {
  const server = await openModbus({ port: 0 });
  const master = new (ModbusRTU as unknown as typeof ModbusRTU.default)();
  await master.connectTCP("127.0.0.1", { port: server.port });
  master.setID(1);
  const wordsOf = async () => (await master.readHoldingRegisters(0, 9)).buffer;
  const before = await wordsOf();
  assert.deepEqual([before.readUInt16BE(0), before.readUInt16BE(2)], [0, 0]);
  assert.ok(Number.isNaN(before.readFloatBE(4)));
  const said = { id: 9, at: "", project: "p", kind: "verdict", more: {} };
  server.take({ ...said, part: 70_000, decision: "bad", score: 2.5, threshold: 1.25 });
  const after = await wordsOf();
  assert.deepEqual(
    [after.readUInt16BE(0), after.readUInt16BE(2), after.readFloatBE(4), after.readFloatBE(8), after.readUInt32BE(12)],
    [1, 3, 2.5, 1.25, 70_000],
  );
  assert.deepEqual((await master.readInputRegisters(1, 1)).data, [3]);
  assert.deepEqual((await master.readDiscreteInputs(0, 4)).data.slice(0, 4), [false, false, true, false]);
  server.take({ ...said, part: 3, decision: "not_judged", score: null, threshold: 1 });
  assert.deepEqual((await master.readCoils(0, 4)).data.slice(0, 4), [false, false, false, true]);
  assert.ok(Number.isNaN((await wordsOf()).readFloatBE(4)));
  await assert.rejects(master.readHoldingRegisters(5, 9), /Illegal data address/);
  await assert.rejects(master.writeRegister(0, 1), /Illegal function/);
  await new Promise<void>((resolve) => master.close(() => resolve()));
  await server.close();
});

Deno.test("Modbus TCP: a station's newest verdict is there at once, and follows", async () => {
  await withFolder(async (folder) => {
    const station = openStation(join(folder, "station"));
    addVerdict(station, 5, "bad");
    const port = await freePort();
    const connections = await connect({ station, log }, { modbus: { port } });
    const master = new (ModbusRTU as unknown as typeof ModbusRTU.default)();
    await master.connectTCP("127.0.0.1", { port });
    assert.deepEqual((await master.readHoldingRegisters(0, 2)).data, [1, 3]);
    addVerdict(station, 6, "good");
    assert.deepEqual((await master.readHoldingRegisters(0, 2)).data, [2, 1]);
    await new Promise<void>((resolve) => master.close(() => resolve()));
    await connections.close();
    station.close();
  });
});

Deno.test("settings that are none are refused with their path", async () => {
  await withFolder(async (folder) => {
    const station = openStation(join(folder, "station"));
    const hook = { name: "a", url: "https://example.org", secret: "0123456789abcdef" };
    const cases: [unknown, RegExp][] = [
      [{ webhook: [] }, /webhook/],
      [{ webhooks: [{ ...hook, url: "ftp://example.org" }] }, /webhooks\[0\]\.url/],
      [{ webhooks: [{ ...hook, secret: "short" }] }, /webhooks\[0\]\.secret/],
      [{ webhooks: [hook, hook] }, /two are called "a"/],
      [{ modbus: { port: 0 } }, /modbus\.port/],
    ];
    for (const [settings, message] of cases) await assert.rejects(connect({ station, log }, settings), message);
    station.close();
  });
});

Deno.test("OPC UA: a client reads the last result by its machine vision type, and is told of the next one", async () => {
  const port = await freePort();
  const permissions = ["--allow-read", "--allow-write", "--allow-sys"];
  const connector = openConnector("opcua", { host: "127.0.0.1", port }, permissions);
  const { signal } = new AbortController();
  const said = { at: "2026-01-31T12:30:05.000Z", project: "plates", kind: "verdict", name: "7.png", more: {} };
  await connector.send(
    { ...said, id: 41, part: 7, decision: "bad", score: 2.5, threshold: 1.5, reason: "dark spot" },
    signal,
  );
  const config = join(ROOT, "lib/app/serve/connect/opcua/deno.json");
  const script = join(ROOT, "tests/app/serve/connect/opcua_client.ts");
  const client = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", "--config", config, script, `opc.tcp://127.0.0.1:${port}`],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = createInterface({ input: Readable.fromWeb(client.stdout as never) })[Symbol.asyncIterator]();
  /** The package has words of its own. */
  const next = async (): Promise<Record<string, unknown> & { vision: number }> => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, "the client has ended");
      if (value.startsWith("{")) return JSON.parse(value);
    }
  };
  const first = await next();
  assert.ok(first.vision > 0, "the server knows the companion specification");
  assert.deepEqual(first.content, ["bad", 2.5, 1.5, "dark spot", "7.png", "plates"]);
  assert.deepEqual([first.id, first.state, first.decision, first.part], ["plates/41", 1, "bad", 7]);
  await connector.send(
    { ...said, id: 42, part: 8, decision: "good", score: 0.5, threshold: 1.5, reason: "fine" },
    signal,
  );
  const second = await next();
  assert.deepEqual([second.event, second.severity, second.id, second.decision], ["fine", 100, "plates/42", "good"]);
  assert.equal((await client.status).code, 0);
  await connector.close();
});
