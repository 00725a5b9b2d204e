/** The watcher alone, over a station of its own and a judge that the test leads. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Judging } from "../../../lib/app/serve/judging.ts";
import { openWatcher } from "../../../lib/app/serve/watch/watcher.ts";
import { addPart } from "../../../lib/product/station/parts.ts";
import { addProject } from "../../../lib/product/station/projects.ts";
import type { RunFacts } from "../../../lib/product/station/run_facts.ts";
import { openStation } from "../../../lib/product/station/station.ts";
import { addVerdict } from "../../../lib/product/station/verdicts.ts";
import { addVersion } from "../../../lib/product/station/versions.ts";
import { setWatch, type Watch } from "../../../lib/product/station/watches.ts";
import { withFolder } from "../cli/product.ts";
import { until } from "./service.ts";

const FACTS = { method: "PaDiM", threshold: 1, review: null, swapped: null } as unknown as RunFacts;

Deno.test("a file that takes the place of one that is being judged is judged as well, and put away by its own verdict", async () => {
  await withFolder(async (folder) => {
    const station = openStation(join(folder, "station"));
    const [project, inbox] = ["plate", join(folder, "in")];
    await mkdir(inbox);
    addProject(station, { name: project });
    const version = addVersion(station, { project, kind: "run", run: "/r", facts: FACTS }).id;
    const watch: Watch = { project, path: inbox, after: "move", settle: 50 };
    setWatch(station, watch);
    const text = new TextDecoder();
    const judged: string[] = [];
    /** What a file says is its verdict; the camera is faster than the judge of the first one. */
    const judge = async ({ picture, also }: Parameters<Judging["judge"]>[0]) => {
      const decision = text.decode(picture as Uint8Array).trim() as "good" | "bad";
      judged.push(decision);
      if (judged.length === 1) await writeFile(join(inbox, "a.png"), "bad  ");
      return station.transaction(() => {
        const { part } = addPart(station, {
          ...{ project, name: "a.png", source: "watch", role: "judged", sha256: decision },
          ...{ width: 1, height: 1, bytes: 4 },
        });
        const verdict = addVerdict(station, {
          ...{ project, part: part.id, version, name: "a.png", source: "watch" },
          verdict: {
            ...{ score: 1, decision, threshold: 1, review: null, reason: "", statistics: "", milliseconds: 1 },
            ...{ segments: [], box: null },
          },
        });
        also?.(verdict);
        return { verdict };
      });
    };
    const said: string[] = [];
    await writeFile(join(inbox, "a.png"), "good");
    const watcher = openWatcher({
      station,
      judging: { judge } as unknown as Judging,
      log: (line) => void said.push(line),
    }, watch);
    try {
      const done = () => readdir(join(inbox, "done"), { recursive: true }).catch((): string[] => []);
      await until(async () => (await done()).filter((name) => name.endsWith(".png")).length > 0, 20);
      await until(() => watcher.view().waiting === 0 && watcher.view().judged === 2, 20);
      assert.deepEqual((await done()).filter((name) => name.endsWith(".png")), ["bad/a.png"]);
      assert.equal(await readFile(join(inbox, "done/bad/a.png"), "utf8"), "bad  ");
      assert.deepEqual([judged, said, watcher.view().error], [["good", "bad"], [], null]);
    } finally {
      await watcher.close();
      station.close();
    }
  });
});
