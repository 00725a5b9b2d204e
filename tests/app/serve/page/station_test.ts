/** The page with a station behind it that is no stand-in: pictures, models and verdicts are real. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFolder } from "../../cli/product.ts";
import { makeRun, start } from "../service.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (chromium === undefined) console.warn("No Chromium was found: the station is not tested in a browser");

Deno.test({
  name: "from pictures to a correction that is learned, in a browser",
  ignore: chromium === undefined,
  fn: (t) =>
    withFolder(async (folder) => {
      const { run } = await makeRun(folder);
      await using service = await start(["--run", `plate=${run}`, "--project", join(folder, "station")]);
      const script = fileURLToPath(new URL("./station_check.ts", import.meta.url));
      const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["run", "--quiet", "--config", config, "--allow-all", script, chromium!, service.address, folder],
        { timeout: 300_000 },
      );
      const checks: { name: string; error?: string }[] = stdout.trim().split("\n").map((line) => JSON.parse(line));
      for (const { name, error } of checks) await t.step(name, () => assert.equal(error, undefined));
      assert.equal(checks.length, 7);
      await service.kill("SIGTERM");
    }),
});
