/**
 * A long day of a station in short: parts come by a watched folder and over HTTP while the process is killed again and again, and
 * the broker that it tells of its verdicts goes and comes. At the end there is a verdict for each part that came, one alone for
 * each file, and the broker has got each of them.
 *
 *     deno task soak --run RUNDIR --pictures DIR [--minutes 60] [--clients 2] [--asks 0] [--rate 4] [--kill 60] [--away 90]
 *
 * `--rate` are files a second, `--asks` requests a second of each client (0: as fast as they are answered), `--kill` the mean of
 * the seconds between two kills and `--away` that between two absences of the broker (0 for none of them).
 */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { openBroker } from "./soak_broker.ts";
import { beginStation, freshPicture } from "./station.ts";
import { listPictures } from "../lib/picture/data/listing.ts";

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    pictures: { type: "string" },
    minutes: { type: "string", default: "60" },
    clients: { type: "string", default: "2" },
    rate: { type: "string", default: "4" },
    asks: { type: "string", default: "0" },
    kill: { type: "string", default: "60" },
    away: { type: "string", default: "90" },
  },
});
if (!values.run || !values.pictures) throw new TypeError("Cannot soak without --run RUNDIR and --pictures DIR");
const [minutes, clients, rate, asks, kill, away] = [
  ...[values.minutes, values.clients, values.rate, values.asks, values.kill, values.away],
].map(Number);
const folder = await mkdtemp(join(tmpdir(), "soak-"));
const inbox = join(folder, "in");
await mkdir(inbox);
const sources = (await listPictures(values.pictures)).map(({ path }) => path);
if (sources.length === 0) throw new Error(`Cannot soak as there is no picture in ${values.pictures}`);

const broker = await openBroker();
const connect = join(folder, "connect.json");
await writeFile(connect, JSON.stringify({ mqtt: [{ name: "soak", url: broker.url, topic: "soak" }] }));

const begin = () =>
  beginStation(["--run", `part=${values.run}`, "--project", join(folder, "station"), "--connect", connect]);

const until = Date.now() + 60_000 * minutes;
const over = () => Date.now() >= until;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let service = await begin();
await service.json("/v1/projects/part/watch", "PUT", { path: inbox, then: "move" });

let [count, kills] = [0, 0];
const dropped: string[] = [];
const answered = new Set<number>();
const memory: number[] = [];

async function drop(): Promise<void> {
  while (!over()) {
    const n = count++;
    const name = `part-${n}.png`;
    await writeFile(join(folder, name), await freshPicture(sources[n % sources.length], n));
    await rename(join(folder, name), join(inbox, name));
    dropped.push(name);
    await pause(1000 / rate);
  }
}
async function ask(): Promise<void> {
  while (!over()) {
    if (asks > 0) await pause(1000 / asks);
    try {
      const answer = await fetch(`${service.address}/v1/score?project=part`, {
        method: "POST",
        body: await freshPicture(sources[count % sources.length], count++),
      });
      const verdict = await answer.json();
      if (answer.ok) answered.add(verdict.id);
      else await pause(1000 * Number(answer.headers.get("retry-after") ?? 1));
    } catch {
      // It is killed now: the part was not taken, and its sender knows.
      await pause(500);
    }
  }
}
async function murder(): Promise<void> {
  while (kill > 0 && !over()) {
    await pause(1000 * kill * (0.5 + Math.random()));
    if (over()) return;
    await service.end("SIGKILL");
    kills++;
    service = await begin();
  }
}
async function leave(): Promise<void> {
  while (away > 0 && !over()) {
    await pause(1000 * away * (0.5 + Math.random()));
    if (over()) return;
    await broker.leave();
    await pause(1000 * away * (0.1 + 0.4 * Math.random()));
    await broker.come();
  }
}
async function weigh(): Promise<void> {
  while (!over()) {
    const kibibytes = await service.resident().catch(() => 0);
    if (kibibytes > 0) memory.push(kibibytes / 1024);
    await pause(5000);
  }
}
await Promise.all([drop(), ...Array.from({ length: clients }, ask), murder(), leave(), weigh()]);

// All that came is judged and put away.
for (let waited = 0; (await readdir(inbox)).length > 1 && waited < 600; waited++) await pause(1000);
const wrong: string[] = [];
const verdicts = new Map<string, number>();
const known = new Set<number>();
for (let after = 0;;) {
  const { events } = await service.json(`/v1/projects/part/events?after=${after}&limit=1000`);
  if (events.length === 0) break;
  for (const { id, kind, name, source, verdict } of events) {
    after = id;
    if (kind !== "verdict") continue;
    known.add(verdict.id);
    if (source === "watch") verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
  }
}
for (const name of dropped) if (verdicts.get(name) !== 1) wrong.push(`${name} has ${verdicts.get(name) ?? 0} verdicts`);
for (const id of answered) if (!known.has(id)) wrong.push(`verdict ${id} was answered and is lost`);
// What the broker has missed comes when it is back.
const missed = () => [...known].filter((id) => !broker.verdicts.has(id));
for (let waited = 0; missed().length > 0 && waited < 120; waited++) await pause(1000);
for (const id of missed()) wrong.push(`verdict ${id} has not come to the broker`);
await service.end();
const mean = (some: readonly number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
const quarter = Math.ceil(memory.length / 4);
process.stdout.write(
  `${dropped.length} files and ${answered.size} answers in ${minutes} minutes, ${kills} kills; ` +
    `${known.size} verdicts, ${verdicts.size} of them on files, ${broker.verdicts.size} at the broker, ` +
    `which was away ${broker.absences()} times; memory ${mean(memory.slice(0, quarter)).toFixed(0)} MB in the first ` +
    `quarter, ${mean(memory.slice(-quarter)).toFixed(0)} MB in the last\n`,
);
for (const line of wrong.slice(0, 20)) process.stdout.write(`${line}\n`);
await broker.leave();
await rm(folder, { recursive: true, force: true });
process.exit(wrong.length > 0 ? 1 : 0);
