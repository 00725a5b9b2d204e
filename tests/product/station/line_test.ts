import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lineHours } from "../../../lib/product/station/line.ts";
import { openStation, type Station } from "../../../lib/product/station/station.ts";

async function withStation(work: (station: Station) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "line-"));
  const station = openStation(folder);
  try {
    work(station);
  } finally {
    station.close();
    await rm(folder, { recursive: true });
  }
}

/** Rows as they are kept, at times of their own. */
function addVerdicts(
  station: Station,
  verdicts: readonly { at: string; score: number | null; decision: string; light?: number; project?: string }[],
) {
  for (const project of ["cells", "other"]) {
    station.run("INSERT INTO project VALUES (?, '', '2026-01-01T00:00:00.000Z', NULL)", project);
  }
  const { id: version } = station.run(
    `INSERT INTO version (project, number, kind, state, created, run, facts)
     VALUES ('cells', 1, 'run', 'active', '2026-01-01T00:00:00.000Z', '', '{}')`,
  );
  for (const [i, { at, score, decision, light, project = "cells" }] of verdicts.entries()) {
    const { id: part } = station.run(
      `INSERT INTO part (project, sha256, name, source, role, width, height, bytes, added)
       VALUES (?, ?, 'a.png', 'api', 'judged', 1, 1, 1, ?)`,
      ...[project, `${i}`, at],
    );
    const { id } = station.run(
      `INSERT INTO verdict (project, part, version, at, name, source, score, decision, threshold, review, reason, milliseconds, more)
       VALUES (?, ?, ?, ?, 'a.png', 'api', ?, ?, 0, NULL, '', 1, '{}')`,
      ...[project, part, version, at, score, decision],
    );
    if (light !== undefined) {
      const measures = JSON.stringify({ "picture.light": light, "picture.right": 0.25, "picture.down": -0.5 });
      station.run("INSERT INTO measured VALUES (?, ?)", id, measures);
    }
  }
}

Deno.test("verdicts are counted in the hour that they were made in, and no others", async () => {
  await withStation((station) => {
    addVerdicts(station, [
      { at: "2026-03-01T06:59:59.999Z", score: 99, decision: "bad" },
      { at: "2026-03-01T07:00:00.000Z", score: -2, decision: "good", light: 90 },
      { at: "2026-03-01T07:59:59.999Z", score: 10, decision: "bad", light: 100 },
      { at: "2026-03-01T07:30:00.000Z", score: null, decision: "unread" },
      { at: "2026-03-01T09:10:00.000Z", score: 4, decision: "review" },
      { at: "2026-03-01T09:11:00.000Z", score: 4.1, decision: "good", project: "other" },
    ]);
    const { bins, hours } = lineHours(station, "cells", new Date("2026-03-01T09:20:00Z"), 3);
    assert.deepEqual(bins, { low: -2, high: 10, count: 24 });
    assert.deepEqual(hours.map(({ at }) => at.slice(11, 13)), ["07", "08", "09"]);
    const none = { good: 0, review: 0, bad: 0, unread: 0, not_judged: 0 };
    assert.deepEqual(hours.map(({ counts }) => counts), [
      { ...none, good: 1, bad: 1, unread: 1 },
      none,
      { ...none, review: 1 },
    ]);
    assert.deepEqual(hours.map(({ light }) => light), [95, null, null]);
    assert.deepEqual(hours[0].shift, { right: 0.25, down: -0.5 });
    assert.equal(hours[1].shift, null);
    // Bins of half a unit: the lowest, the highest and the one from 4 on.
    const filled = hours.map(({ scores }) => scores.flatMap((number, bin) => number > 0 ? [[bin, number]] : []));
    assert.deepEqual(filled, [[[0, 1], [23, 1]], [], [[12, 1]]]);
  });
});

Deno.test("a line without parts, or with one score, has a histogram all the same", async () => {
  await withStation((station) => {
    addVerdicts(station, []);
    const empty = lineHours(station, "cells", new Date("2026-03-01T09:20:00Z"), 1);
    assert.equal(empty.hours[0].scores.length, 24);
    assert(empty.bins.high > empty.bins.low);
  });
  await withStation((station) => {
    addVerdicts(station, [{ at: "2026-03-01T09:10:00.000Z", score: 4, decision: "good" }]);
    const { bins, hours } = lineHours(station, "cells", new Date("2026-03-01T09:20:00Z"), 1);
    assert.equal(hours[0].scores[0], 1);
    assert(bins.high > bins.low);
  });
});
