/** Processes that a command begins: a signal that reaches all of them is for the command to judge. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** With what each is configured. */
const CHILDREN = {
  "queue/doer_main.ts": "../../deno.json",
  "queue/redis/main.ts": "queue/redis/deno.json",
  "serve/jobs/train_main.ts": "serve/deno.json",
  "serve/connect/mqtt/main.ts": "serve/connect/mqtt/deno.json",
  "serve/connect/opcua/main.ts": "serve/connect/opcua/deno.json",
};
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
const here = (name: string) => fileURLToPath(new URL(`../../lib/app/${name}`, import.meta.url));

for (const [name, config] of Object.entries(CHILDREN)) {
  Deno.test({
    name: `${name} outlives Ctrl-C and SIGTERM, and ends with its input`,
    // Whether it has begun to listen is told by the system's own table of processes.
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      // While packages are fetched Deno itself catches signals, to put the terminal in order, and ends by them.
      const fetched = await new Deno.Command(Deno.execPath(), {
        args: ["cache", "--quiet", "--config", here(config), here(name)],
      }).output();
      assert.ok(fetched.success, new TextDecoder().decode(fetched.stderr));
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", "--no-check", "-A", "--config", here(config), here(name)],
        ...{ stdin: "piped", stdout: "null", stderr: "null" },
      }).spawn();
      let ended = false;
      const status = child.status.finally(() => ended = true);
      try {
        const told = (signal: number) => {
          const table = execFileSync("cat", [`/proc/${child.pid}/status`], { encoding: "utf8" });
          const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)/m.exec(table)![1]}`);
          return (caught >> BigInt(signal - 1) & 1n) === 1n;
        };
        for (const [signal, number] of Object.entries(SIGNALS)) {
          for (let tries = 0; tries < 600 && !ended && !told(number); tries++) await delay(50);
          assert.ok(!ended && told(number), `${signal} would end it`);
          child.kill(signal as keyof typeof SIGNALS);
        }
        await delay(50);
        assert.ok(!ended, "it has ended before its input has");
      } finally {
        await child.stdin.close();
        const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
        const { signal } = await status;
        clearTimeout(limit);
        assert.equal(signal, null);
      }
    },
  });
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
