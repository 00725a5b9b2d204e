import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { renderReport } from "../../../lib/product/report/report.ts";
import { exampleInput } from "./example.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (chromium === undefined) console.warn("No Chromium was found: the report is not tested in a browser");

Deno.test({
  name: "the report works in a browser",
  ignore: chromium === undefined,
  async fn(t) {
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    try {
      // A name that must be escaped in the address as well.
      const file = join(folder, "report #1 <&>.html");
      await writeFile(file, await renderReport(exampleInput()));
      const script = fileURLToPath(new URL("./browser_check.ts", import.meta.url));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["run", "--quiet", "--allow-all", script, chromium!, file],
        { timeout: 60_000 },
      );
      const checks: { name: string; error?: string }[] = stdout.trim().split("\n").map((line) => JSON.parse(line));
      for (const { name, error } of checks) await t.step(name, () => assert.equal(error, undefined));
      assert.equal(checks.length, 6);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
});
