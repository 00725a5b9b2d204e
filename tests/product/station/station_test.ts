/** The record of a station: what is changed together, in which order it is told, and who did what. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cursorOf, eventsAfter, eventsOfPart, lastEvent, setCursor } from "../../../lib/product/station/events.ts";
import { addJob, endJob, findJob, interruptJobs, resumeJob } from "../../../lib/product/station/jobs.ts";
import {
  addPart,
  controlPart,
  findPart,
  labelPart,
  listParts,
  removePart,
} from "../../../lib/product/station/parts.ts";
import { keepPicture, picturePath, readPicture } from "../../../lib/product/station/pictures.ts";
import { addProject, countParts, findProject, removeProject } from "../../../lib/product/station/projects.ts";
import type { RunFacts } from "../../../lib/product/station/run_facts.ts";
import { keepSeen, seenParts } from "../../../lib/product/station/seen.ts";
import { ConflictError, MissingError, openStation, type Station } from "../../../lib/product/station/station.ts";
import { itemOf, layOut, trainingParts } from "../../../lib/product/station/training_set.ts";
import { addVerdict, type NewVerdict } from "../../../lib/product/station/verdicts.ts";
import {
  acceptVersion,
  addVersion,
  discardVersion,
  findVersion,
  rollBack,
} from "../../../lib/product/station/versions.ts";
import {
  addUnread,
  addWatched,
  countWatched,
  leftToPutAway,
  setPutAway,
  watchedFile,
} from "../../../lib/product/station/watches.ts";

async function withStation(test: (station: Station, folder: string) => void | Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "station-"));
  const station = openStation(folder);
  try {
    await test(station, folder);
  } finally {
    station.close();
    await rm(folder, { recursive: true });
  }
}

const FACTS = { method: "PaDiM", threshold: 1, review: null, swapped: null } as unknown as RunFacts;
const VERDICT: NewVerdict = {
  ...{ score: 2, decision: "bad", threshold: 1, review: null, reason: "a spot", statistics: "x", milliseconds: 3 },
  ...{ segments: [], box: null },
};

function add(station: Station, sha256: string, more: Partial<Parameters<typeof addPart>[1]> = {}) {
  const size = { width: 4, height: 3, bytes: 9 };
  return addPart(station, {
    ...{ project: "plate", name: `${sha256}.png`, source: "upload", role: "training", sha256, ...size },
    ...more,
  }).part;
}

Deno.test("a transaction that fails leaves nothing, and tells of nothing", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    let told = 0;
    station.onEvents(() => told++);
    const before = lastEvent(station);
    assert.throws(() =>
      station.transaction(() => {
        add(station, "a");
        throw new Error("no");
      })
    );
    assert.deepEqual([listParts(station, "plate").total, lastEvent(station), told], [0, before, 0]);
    add(station, "a");
    assert.deepEqual([listParts(station, "plate").total, lastEvent(station), told], [1, before + 1, 1]);
  }));

Deno.test("the same bytes are one part of a project, and another of another one", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    addProject(station, { name: "cap" });
    const first = add(station, "a");
    assert.equal(add(station, "a", { name: "again.png" }).id, first.id);
    assert.notEqual(add(station, "a", { project: "cap" }).id, first.id);
    assert.deepEqual([listParts(station, "plate").total, listParts(station, "cap").total], [1, 1]);
    assert.throws(() => addProject(station, { name: "plate" }), ConflictError);
    for (const name of ["", "A", "../x", "-a", "a b", "a".repeat(65)]) {
      assert.throws(() => addProject(station, { name }), RangeError, name);
    }
  }));

Deno.test("parts are found by what is said of them, and the latest verdict stands beside", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    const version = addVersion(station, { project: "plate", kind: "run", run: "/r", facts: FACTS });
    const parts = ["a", "b", "c"].map((sha256) => add(station, sha256, { role: "judged", source: "watch" }));
    const judge = (part: number, verdict: Partial<NewVerdict>) =>
      addVerdict(station, {
        ...{ project: "plate", part, version: version.id, name: "n.png", source: "watch" },
        verdict: { ...VERDICT, ...verdict },
      });
    judge(parts[0].id, { score: 1, decision: "bad" });
    judge(parts[0].id, { score: 5, decision: "good" });
    judge(parts[1].id, { score: 9, decision: "bad" });
    labelPart(station, parts[1].id, { label: "good", by: "eva", note: "dust" });
    labelPart(station, parts[2].id, { label: "bad", kind: "dent", by: "eva" });
    controlPart(station, parts[2].id, true, "eva");
    const names = (filter: Parameters<typeof listParts>[2]) =>
      listParts(station, "plate", filter).parts.map(({ name }) => name[0]).join("");
    assert.equal(names({ order: "old" }), "abc");
    assert.equal(names({ order: "score" }), "bac");
    assert.equal(names({ decision: "bad" }), "b");
    assert.equal(names({ wrong: true }), "b");
    assert.equal(names({ label: "none" }), "a");
    assert.equal(names({ control: true }), "c");
    assert.equal(names({ limit: 1, offset: 1, order: "old" }), "b");
    assert.equal(findPart(station, parts[0].id).verdict?.score, 5);
    const history = eventsOfPart(station, parts[1].id).map(({ kind, data }) => [kind, data.by ?? null]);
    assert.deepEqual(history, [["part", ""], ["verdict", null], ["label", "eva"]]);
    assert.deepEqual(countParts(station, "plate"), { good: 0, bad: 0, unlabelled: 0, judged: 3 });
    // Of the control set nothing is learned.
    assert.deepEqual(trainingParts(station, "plate", ["judged"]).map(({ id }) => id), [parts[1].id]);
    removePart(station, parts[0].id, "eva");
    assert.throws(() => findPart(station, parts[0].id), MissingError);
    removeProject(station, "plate");
    assert.throws(() => findProject(station, "plate"), MissingError);
  }));

Deno.test("one version judges; it can be exchanged, discarded when it does not, and rolled back", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    const [a, b, c] = [1, 2, 3].map((n) =>
      addVersion(station, { project: "plate", kind: n === 1 ? "train" : "learn", run: `/r${n}`, facts: FACTS })
    );
    assert.deepEqual([a.number, b.number, c.number, c.parent], [1, 2, 3, null]);
    acceptVersion(station, a.id, "eva");
    acceptVersion(station, b.id, "eva");
    acceptVersion(station, c.id, "tom");
    const states = () => [a, b, c].map(({ id }) => findVersion(station, id).state).join();
    assert.equal(states(), "accepted,accepted,active");
    assert.throws(() => discardVersion(station, c.id, "eva"), ConflictError);
    assert.equal(rollBack(station, "plate", { by: "eva" }).id, b.id);
    assert.equal(states(), "accepted,active,discarded");
    assert.equal(rollBack(station, "plate", { by: "eva" }).id, a.id);
    assert.equal(findProject(station, "plate").active, a.id);
    assert.throws(() => rollBack(station, "plate", { by: "eva" }), ConflictError);
    const told = eventsAfter(station, 0).filter(({ kind, data }) => kind === "version" && data.state === "active");
    assert.deepEqual(told.map(({ data }) => [data.number, data.by]), [
      ...[[1, "eva"], [2, "eva"], [3, "tom"]],
      ...[[2, "eva"], [1, "eva"]],
    ]);
  }));

Deno.test("a project has one job at a time, and one that ran when the process ended can go on", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    const job = addJob(station, { project: "plate", kind: "train", spec: { minutes: 3 } });
    assert.throws(() => addJob(station, { project: "plate", kind: "learn", spec: {} }), ConflictError);
    interruptJobs(station);
    assert.equal(findJob(station, job.id).state, "interrupted");
    assert.deepEqual(resumeJob(station, job.id).spec, { minutes: 3 });
    endJob(station, job.id, { state: "done" });
    assert.throws(() => resumeJob(station, job.id), ConflictError);
  }));

Deno.test("a reader goes on where it was, in order and without a gap", () =>
  withStation((station, folder) => {
    addProject(station, { name: "plate" });
    for (let i = 0; i < 20; i++) add(station, `${i}`);
    const first = eventsAfter(station, cursorOf(station, "mqtt"), { limit: 7 });
    setCursor(station, "mqtt", first.at(-1)!.id);
    const rest = eventsAfter(station, cursorOf(station, "mqtt"));
    assert.deepEqual([...first, ...rest].map(({ id }) => id), Array.from({ length: 21 }, (_, i) => i + 1));
    assert.deepEqual(eventsAfter(station, 0, { project: "none" }), []);
    assert.throws(() => openStation(folder), /is another process using it/);
  }));

Deno.test("pictures are kept by their content, once, and laid out for a pipeline by their labels", () =>
  withStation(async (station) => {
    addProject(station, { name: "plate" });
    const png = (n: number) => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, n);
    const hash = await keepPicture(station, png(1));
    assert.equal(await keepPicture(station, png(1)), hash);
    assert.deepEqual(await readPicture(station, hash), png(1));
    const bad = await keepPicture(station, png(2));
    add(station, hash, { label: "good", name: "a/b/é x.JPG" });
    const dent = add(station, bad, { label: "bad", kind: "big dent" });
    const parts = trainingParts(station, "plate", ["training"]);
    assert.deepEqual(parts.map((part) => itemOf(part, "png")), [
      "good/000001-é_x.png",
      `bad/big_dent/000002-${bad}.png`,
    ]);
    const { folder, ids } = await layOut(station, "plate", parts);
    for (const [{ sha256 }, id] of ids) {
      assert.deepEqual(await readFile(join(folder, id)), await readFile(picturePath(station, sha256)));
    }
    // What is corrected moves, and leaves nothing behind.
    labelPart(station, dent.id, { label: "good", kind: null });
    const again = await layOut(station, "plate", trainingParts(station, "plate", ["training"]));
    assert.deepEqual([...again.ids.values()].sort(), ["good/000001-é_x.png", `good/000002-${bad}.png`]);
    await assert.rejects(readFile(join(folder, `bad/big_dent/000002-${bad}.png`)), /ENOENT|os error 2/);
  }));

Deno.test("what was seen of a part comes back bit for bit, for the same sight and columns alone", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    const part = add(station, "a");
    const seen = {
      columns: ["border.padim.q995", "padim.max"],
      values: Float32Array.of(1 / 3, -0),
      scores: { padim: Math.fround(0.1) },
    };
    keepSeen(station, part.id, "sight", seen);
    assert.deepEqual(seenParts(station, [part.id, 99], "sight", seen.columns), new Map([[part.id, seen]]));
    assert.equal(seenParts(station, [part.id], "other", seen.columns).size, 0);
    assert.equal(seenParts(station, [part.id], "sight", ["padim.max", "border.padim.q995"]).size, 0);
  }));

Deno.test("a watched file is known by path, size and time, with its verdict or why there is none", () =>
  withStation((station) => {
    addProject(station, { name: "plate" });
    const version = addVersion(station, { project: "plate", kind: "run", run: "/r", facts: FACTS });
    const part = add(station, "a");
    const file = { path: "sub/a.png", size: 3, modified: 1.5 };
    station.transaction(() => {
      const verdict = addVerdict(station, {
        ...{ project: "plate", part: part.id, version: version.id, name: "a.png", source: "watch" },
        verdict: VERDICT,
      });
      addWatched(station, { project: "plate", folder: "/in", file, verdict });
    });
    addUnread(station, { project: "plate", folder: "/in", file: { ...file, path: "b.txt" }, error: "it is text" });
    assert.equal(watchedFile(station, "plate", "/in", file)?.decision, "bad");
    assert.equal(watchedFile(station, "plate", "/in", { ...file, size: 4 }), undefined);
    // Twice is refused, whoever tries it.
    assert.throws(() => addUnread(station, { project: "plate", folder: "/in", file, error: "x" }));
    assert.deepEqual(countWatched(station, "plate", "/in"), { judged: 1, unread: 1 });
    assert.deepEqual(countWatched(station, "plate", "/i"), { judged: 0, unread: 0 });
    assert.deepEqual(leftToPutAway(station, "plate", "/in").map(({ path }) => path).sort(), ["b.txt", "sub/a.png"]);
    setPutAway(station, "plate", "/in", file);
    assert.deepEqual(leftToPutAway(station, "plate", "/in").map(({ path }) => path), ["b.txt"]);
    const [unread] = eventsAfter(station, 0).filter(({ data }) => data.part === null);
    assert.equal((unread.data.verdict as NewVerdict).decision, "unread");
  }));
