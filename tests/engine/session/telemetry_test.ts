import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Opens the runtime and runs its probe, and says which process it was. */
const CODE = `
import { openRuntime } from "${new URL("../../../lib/engine/session/runtime.ts", import.meta.url)}";
import { probeHere } from "${new URL("../../../lib/engine/session/probe.ts", import.meta.url)}";
const { device } = await openRuntime();
console.log(Deno.pid, device, await probeHere(device), Deno.args.length);`;

Deno.test("a command line of thousands of names opens a session, and the runtime leaves no log of telemetry", async () => {
  const names = Array.from({ length: 4000 }, (_, i) => `pictures/of/a/folder/${String(i).padStart(6, "0")}.png`);
  const url = `data:application/typescript,${encodeURIComponent(CODE)}`;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--config", config, url, ...names],
    env: { ORT_DISABLE_TELEMETRY: "" },
  });
  const { code, stdout, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr).slice(0, 500));
  const [pid, ...said] = new TextDecoder().decode(stdout).trim().split(" ");
  assert.deepEqual(said, ["cpu", "undefined", "4000"]);
  for (const folder of ["/tmp", tmpdir()]) assert.ok(!existsSync(join(folder, `mat-debug-${pid}.log`)));
});
