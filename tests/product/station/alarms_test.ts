import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mersenne } from "pure-rand/generator/mersenne";
import { acknowledgeAlarm, listAlarms, lookForDrift, PARTS_OF_A_LOOK } from "../../../lib/product/station/alarms.ts";
import { eventsAfter } from "../../../lib/product/station/events.ts";
import { keepMeasured, measuredParts } from "../../../lib/product/station/measured.ts";
import { MissingError, openStation, type Station } from "../../../lib/product/station/station.ts";

async function withStation(work: (station: Station, version: number) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "alarms-"));
  const station = openStation(folder);
  try {
    station.run("INSERT INTO project VALUES ('cells', '', '2026-01-01T00:00:00.000Z', NULL)");
    const { id } = station.run(
      `INSERT INTO version (project, number, kind, state, created, run, facts)
       VALUES ('cells', 1, 'run', 'active', '2026-01-01T00:00:00.000Z', '', '{}')`,
    );
    work(station, id);
  } finally {
    station.close();
    await rm(folder, { recursive: true });
  }
}

/** Numbers of no special form between 0 and 1. */
function draws(seed: number): () => number {
  const generator = mersenne(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

const COLUMNS = ["busbars.padim.q995", "border.padim.q995", "picture.light"];

function goodParts(count: number) {
  const draw = draws(1);
  return { columns: COLUMNS, parts: count, rows: Float32Array.from({ length: count * COLUMNS.length }, draw) };
}

let made = 0;

/** A part that was judged, with its values by column. */
function addMeasured(station: Station, version: number, values: readonly number[], decision = "good"): number {
  return station.transaction(() => addRows(station, version, values, decision));
}

function addRows(station: Station, version: number, values: readonly number[], decision: string): number {
  const { id: part } = station.run(
    `INSERT INTO part (project, sha256, name, source, role, width, height, bytes, added)
     VALUES ('cells', ?, 'a.png', 'api', 'judged', 1, 1, 1, '')`,
    `${++made}`,
  );
  const { id } = station.run(
    `INSERT INTO verdict (project, part, version, at, name, source, score, decision, threshold, review, reason, milliseconds, more)
     VALUES ('cells', ?, ?, '2026-03-01T09:10:00.000Z', 'a.png', 'api', 1, ?, 0, NULL, '', 1, '{}')`,
    ...[part, version, decision],
  );
  keepMeasured(station, id, Object.fromEntries(COLUMNS.map((column, i) => [column, values[i]])));
  return part;
}

Deno.test("a line that has not changed raises no alarm, and there is no look before there are parts enough", async () => {
  await withStation((station, version) => {
    const good = goodParts(200);
    const draw = draws(2);
    for (let i = 0; i < PARTS_OF_A_LOOK * 3; i++) {
      addMeasured(station, version, COLUMNS.map(draw));
      assert.deepEqual(lookForDrift(station, { project: "cells", version, goodParts: good }), []);
    }
    assert.deepEqual(listAlarms(station, "cells"), []);
  });
});

Deno.test("an alarm names the segment and the parts, waits until it is seen, and comes again while the change stays", async () => {
  await withStation((station, version) => {
    const good = goodParts(200);
    const draw = draws(3);
    const shifted: number[] = [];
    const look = () => {
      let alarms: ReturnType<typeof lookForDrift> = [];
      for (let i = 0; i < PARTS_OF_A_LOOK; i++) {
        const [busbars, ...others] = COLUMNS.map(draw);
        shifted.push(addMeasured(station, version, [busbars + 0.5, ...others]));
        alarms = lookForDrift(station, { project: "cells", version, goodParts: good });
        if (i < PARTS_OF_A_LOOK - 1) assert.deepEqual(alarms, []);
      }
      return alarms;
    };
    const [alarm, ...others] = look();
    assert.deepEqual(others, []);
    assert.deepEqual([alarm.segment, alarm.detector, alarm.direction], ["busbars", "padim", "higher"]);
    assert.match(alarm.message, /^busbars: strangest places of padim higher/);
    const strangest = shifted.toSorted((a, b) => valueOf(station, b) - valueOf(station, a));
    assert.deepEqual(alarm.parts, strangest.slice(0, alarm.parts.length));
    assert(alarm.parts.length >= 3);
    assert.deepEqual(eventsAfter(station, 0, { limit: 10 }).map(({ kind }) => kind), ["alarm"]);

    assert.deepEqual(look(), []);
    assert.deepEqual(acknowledgeAlarm(station, alarm.id, "Ada").acknowledged?.by, "Ada");
    assert.deepEqual(acknowledgeAlarm(station, alarm.id, "Eve").acknowledged?.by, "Ada");
    assert.equal(look().length, 1);
    assert.deepEqual(listAlarms(station, "cells").map(({ acknowledged }) => acknowledged?.by), [undefined, "Ada"]);
    assert.throws(() => acknowledgeAlarm(station, 99, ""), MissingError);
  });
});

function valueOf(station: Station, part: number): number {
  const { value } = station.first<{ value: number }>(
    `SELECT measures ->> '$."busbars.padim.q995"' AS value FROM measured JOIN verdict ON verdict.id = measured.verdict WHERE part = ?`,
    part,
  )!;
  return value;
}

Deno.test("parts are counted for the version that judged them, and pictures that were not judged are not", async () => {
  await withStation((station, version) => {
    const parts = [addMeasured(station, version, [1, 2, 3]), addMeasured(station, version, [4, 5, 6], "bad")];
    addMeasured(station, version, [7, 8, 9], "not_judged");
    const { id: other } = station.run(
      `INSERT INTO version (project, number, kind, state, created, run, facts)
       VALUES ('cells', 2, 'run', 'accepted', '2026-01-01T00:00:00.000Z', '', '{}')`,
    );
    addMeasured(station, other, [0, 0, 0]);
    const found = measuredParts(station, { project: "cells", version, limit: 10 });
    assert.deepEqual(found.parts.map(({ id }) => Number(id)), parts);
    assert.deepEqual(found.parts[1].watched, { "busbars.padim.q995": 4, "border.padim.q995": 5, "picture.light": 6 });
    assert.equal(measuredParts(station, { project: "cells", version, limit: 1 }).parts[0].id, `${parts[1]}`);
  });
});
