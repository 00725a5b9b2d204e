/**
 * What people wait for at a station, and what it keeps in memory:
 *
 *     deno task bench:station first --pictures DIR             from an empty machine to the first verdict on own pictures
 *     deno task bench:station learn --run RUN --pictures DIR [--parts 5000]    from one correction to what it would change
 *     deno task bench:station memory --run RUN --pictures DIR [--parts 20000]  resident memory over so many parts
 *
 * DIR has `good/` and `bad/`; for `learn` it is what the run was made of.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { listPictures } from "../lib/picture/data/listing.ts";
import { beginStation, freshPicture, jobDone, type Station } from "./station.ts";

const { values, positionals: [what] } = parseArgs({
  options: {
    run: { type: "string" },
    pictures: { type: "string" },
    parts: { type: "string" },
    clients: { type: "string", default: "4" },
  },
  allowPositionals: true,
});
const { run, pictures } = values;
if (!pictures) throw new TypeError("Cannot measure a station without --pictures DIR");
if (what !== "first" && !run) throw new TypeError("Cannot measure a station without --run RUN");
const folder = await mkdtemp(join(tmpdir(), "station-bench-"));
const sources = (await listPictures(pictures)).map(({ path }) => path);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const project = "/v1/projects/part";

/** Says what something took. */
async function timed<T>(words: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const value = await work();
  say(`${words.padEnd(52)} ${((performance.now() - begun) / 1000).toFixed(2).padStart(9)} s`);
  return value;
}

/** Has pictures judged that nobody has sent, some clients at once. */
async function judge(station: Station, from: number, to: number): Promise<void> {
  let next = from;
  await Promise.all(Array.from({ length: Number(values.clients) }, async () => {
    while (next < to) {
      const n = next++;
      await station.json(
        `/v1/score?project=part&name=${n}.png`,
        "POST",
        await freshPicture(sources[n % sources.length], n),
      );
    }
  }));
}

async function first(): Promise<void> {
  const empty = join(folder, "deno");
  const whole = performance.now();
  await using station = await timed(
    "packages fetched, and the process answers",
    () => beginStation(["--project", join(folder, "station")], { DENO_DIR: empty }),
  );
  await station.json("/v1/projects", "POST", { name: "part" });
  await timed("pictures taken in", async () => {
    await jobDone(station, await station.json(`${project}/folder`, "POST", { path: pictures, label: "auto" }));
  });
  const { counts } = await station.json(project);
  const { version } = await timed(
    `trained on ${counts.good} good and ${counts.bad} bad pictures`,
    async () => await jobDone(station, await station.json(`${project}/train`, "POST", {})),
  );
  await station.json(`/v1/versions/${version}/accept`, "POST", {});
  await timed("the first verdict", () => judge(station, 0, 1));
  say(`${"all of it".padEnd(52)} ${((performance.now() - whole) / 1000).toFixed(2).padStart(9)} s`);
  await station.end();
}

async function learn(parts: number): Promise<void> {
  await using station = await beginStation(["--run", `part=${run}`, "--project", join(folder, "station")]);
  await timed("training pictures taken in", async () => {
    await jobDone(station, await station.json(`${project}/folder`, "POST", { path: pictures, label: "auto" }));
  });
  await timed(`${parts} parts judged`, () => judge(station, 0, parts));
  const { parts: some } = await station.json(`${project}/parts?role=judged&order=old&limit=2`);
  for (const [i, words] of ["the first learning, which maps training pictures", "one correction, learned"].entries()) {
    const { id, verdict } = some[i];
    const label = verdict.decision === "bad" ? "good" : "bad";
    await station.json(`/v1/parts/${id}/label`, "PUT", { label, by: "bench" });
    const { version } = await timed(
      words,
      async () => await jobDone(station, await station.json(`${project}/learn`, "POST", {})),
    );
    const found = await timed("… and what it would change", () => station.json(`/v1/versions/${version}/compare`));
    say(`  ${found.flips.length} of ${found.judged} past decisions flip, ${found.missing} not compared`);
    await station.json(`/v1/versions/${version}/discard`, "POST", {});
  }
  await station.end();
}

async function memory(parts: number): Promise<void> {
  await using station = await beginStation(["--run", `part=${run}`, "--project", join(folder, "station")]);
  say("  parts   MiB in memory");
  const step = Math.max(1, Math.ceil(parts / 20));
  for (let at = 0; at < parts; at += step) {
    await judge(station, at, Math.min(parts, at + step));
    const mebibytes = await station.resident() / 1024;
    say(`${String(Math.min(parts, at + step)).padStart(7)} ${mebibytes.toFixed(0).padStart(8)}`);
  }
  await station.end();
}

try {
  if (what === "first") await first();
  else if (what === "learn") await learn(Number(values.parts ?? 5000));
  else if (what === "memory") await memory(Number(values.parts ?? 20_000));
  else throw new TypeError("Cannot measure anything but first, learn or memory");
} finally {
  await rm(folder, { recursive: true, force: true });
}
