/** A kill of the process that writes loses nothing that was said to be kept, and leaves the record whole. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { picturePath } from "../../../lib/product/station/pictures.ts";
import { addProject } from "../../../lib/product/station/projects.ts";
import type { RunFacts } from "../../../lib/product/station/run_facts.ts";
import { openStation } from "../../../lib/product/station/station.ts";
import { addVersion } from "../../../lib/product/station/versions.ts";

Deno.test("what was kept when the process was killed is there, with its picture and its event", async () => {
  const folder = await mkdtemp(join(tmpdir(), "station-"));
  try {
    const first = openStation(folder);
    addProject(first, { name: "plate" });
    const { id: version } = addVersion(first, { project: "plate", kind: "run", run: "/r", facts: {} as RunFacts });
    first.close();
    const kept = new Map<number, string>();
    for (let round = 0; round < 6; round++) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-ffi"],
          ...[fileURLToPath(new URL("write_until_killed.ts", import.meta.url)), folder, `${version}`],
        ],
        stdout: "piped",
      }).spawn();
      let said = "";
      const wanted = 5 + 11 * round;
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (said.split("\n").length > wanted) {
          child.kill("SIGKILL");
          break;
        }
      }
      await child.status;
      const lines = said.split("\n").slice(0, -1);
      assert.ok(lines.length >= wanted);
      for (const line of lines) {
        const [id, hash] = line.split(" ");
        kept.set(Number(id), hash);
      }
      const station = openStation(folder);
      try {
        assert.deepEqual(station.all("PRAGMA integrity_check").map((row) => Object.values(row as object)), [["ok"]]);
        assert.deepEqual(station.all("PRAGMA foreign_key_check"), []);
        const rows = station.all<{ id: number; sha256: string }>(
          "SELECT verdict.id AS id, sha256 FROM verdict JOIN part ON part.id = verdict.part",
        );
        const found = new Map(rows.map(({ id, sha256 }) => [id, sha256]));
        for (const [id, hash] of kept) assert.equal(found.get(id), hash, `verdict ${id} is lost`);
        // Every part has its whole picture, those of the last moment too.
        for (const hash of found.values()) assert.equal(sha256(await readFile(picturePath(station, hash))), hash);
        const { events } = station.first<{ events: number }>(
          "SELECT count(*) AS events FROM event WHERE kind = 'verdict'",
        )!;
        assert.equal(events, rows.length);
      } finally {
        station.close();
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
