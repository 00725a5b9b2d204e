/** Each task has the permissions that it needs and no more. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { drawPart, put, ROOT, run, withFolder, wordsOf, writeParts } from "./product.ts";

const COMMANDS = [
  "pipeline",
  "score",
  "stand-in",
  "backbone",
  "fit",
  "segment",
  "distil",
  "pretrain",
  "worker",
  "queue",
  "segad",
];

async function runWith(permissions: readonly string[], ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, "lib/app/cli/main.ts", ...args],
    cwd: ROOT,
    env: { INIT_CWD: ROOT },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => stripVTControlCharacters(new TextDecoder().decode(bytes)));
  return { code, out, err };
}

Deno.test("no task asks for the network or for what the system says of itself, and none prompts", () => {
  for (const task of COMMANDS) {
    const { words, env } = wordsOf(task);
    assert.ok(words.includes("--no-prompt"), task);
    assert.equal(env.DENO_NO_UPDATE_CHECK, "1", task);
    const allowed = words.filter((word) => word.startsWith("--allow") || word === "-A").sort();
    const run = ["stand-in", "backbone", "segment"].includes(task) ? [] : ["--allow-run"];
    assert.deepEqual(allowed, ["--allow-env", "--allow-ffi", "--allow-read", ...run, "--allow-write"], task);
  }
});

Deno.test("the service alone listens to the network, with packages of a lock of its own", () => {
  const { words } = wordsOf("serve");
  const allowed = words.filter((word) => word.startsWith("--allow") || word === "-A").sort();
  const all = ["env", "ffi", "net", "read", "run", "sys", "write"].map((what) => `--allow-${what}`);
  assert.deepEqual(allowed, all);
  assert.equal(words[words.indexOf("--config") + 1], "lib/app/serve/deno.json");
  assert.ok(words.includes("--no-prompt"));
});

Deno.test("each task does its work with its own permissions", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "d");
    await writeParts(data, 24, 6);
    const good = join(data, "good");
    const at = (name: string) => join(folder, name);
    const common = ["--data", good, "--side", "64", "--threads", "1"];
    const cache = ["--cache", at("c")];
    const tasks: [string, string[]][] = [
      ["backbone", ["resnet18", "--random", "1", "--out", at("r18.onnx")]],
      ["fit", ["mean_difference", ...common, ...cache, "--out", at("m")]],
      ["segment", ["foreground", "--data", good, "--side", "64", "--out", at("out/maps")]],
      ["distil", ["--width", "0.05", "--steps", "1", "--batch", "2", ...common, ...cache, "--out", at("t.onnx")]],
      ["pretrain", ["--method", "simsiam", "--epochs", "1", "--batch", "8", ...common, "--out", at("p.onnx")]],
    ];
    for (const [task, args] of tasks) {
      const { code, err } = await run(task, ...args);
      assert.equal(code, 0, `${task}: ${err}`);
      assert.doesNotMatch(err, /NotCapable|Requires \w+ access/, task);
    }
  });
});

Deno.test("scores are printed without writing, other processes, the network or the system", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "d"), 24, 0);
    const model = join(folder, "m");
    const part = await put(join(folder, "part.png"), await drawPart(77, false));
    const fit = ["fit", "mean_difference", "--side", "64", "--data", join(folder, "d"), "--cache", join(folder, "c")];
    const least = ["--allow-read", "--allow-env", "--allow-ffi"];
    const fitted = await runWith([...least, `--allow-write=${folder}`], ...fit, "--out", model);
    assert.equal(fitted.code, 0, fitted.err);
    const printed = await runWith(least, "score", "--run", model, part);
    assert.equal(printed.code, 0, printed.err);
    assert.match(printed.out, /part\.png,[\d.]+,(good|bad),/);
    const out = ["--out", join(folder, "s.csv")];
    const written = await runWith([...least, `--allow-write=${folder}`], "score", "--run", model, ...out, part);
    assert.equal(written.code, 0, written.err);
  });
});
