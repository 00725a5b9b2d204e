import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (chromium === undefined) console.warn("No Chromium was found: the page is not tested in a browser");

Deno.test({
  name: "the page of the station works in a browser",
  ignore: chromium === undefined,
  async fn(t) {
    const script = fileURLToPath(new URL("./browser_check.ts", import.meta.url));
    const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["run", "--quiet", "--config", config, "--allow-all", script, chromium!],
      { timeout: 400_000 },
    );
    const checks: { name: string; error?: string }[] = stdout.trim().split("\n").map((line) => JSON.parse(line));
    for (const { name, error } of checks) await t.step(name, () => assert.equal(error, undefined));
    assert.equal(checks.length, 16);
  },
});
