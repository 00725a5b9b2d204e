import assert from "node:assert/strict";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { pipelineText, put, ROOT, run, withFolder, wordsOf, writeParts } from "./product.ts";

Deno.test("help is on the output stream, at most 80 columns wide and without colours", async () => {
  const texts = await Promise.all([
    run("pipeline", "--help"),
    run("score", "--help"),
    run("stand-in", "--help"),
    run("segad", "--help"),
    run("segad", "score", "--help"),
    run("fit", "--help"),
    run("distil", "--help"),
    run("segment", "--help"),
    run("backbone", "--help"),
    run("pretrain", "--help"),
    run("worker", "--help"),
    run("queue", "--help"),
    run("export", "--help"),
    run("verify", "--help"),
    run("decide", "--help"),
    run("drift", "--help"),
  ]);
  for (const { code, out, err } of texts) {
    assert.equal(code, 0, err);
    assert.equal(err, "");
    assert.match(out, /Usage: deno task /);
    assert.equal(stripVTControlCharacters(out), out);
    for (const line of out.split("\n")) assert.ok(line.trimEnd().length <= 80, line);
    for (const line of out.slice(out.indexOf("Usage:")).split("\n\n")[0].split("\n")) {
      assert.equal(line.split("[").length, line.split("]").length, line);
      assert.doesNotMatch(line, /\| --help/);
    }
  }
  const [pipeline, score, standIn, all, again] = texts.map(({ out }) => out);
  for (const option of ["--data DIR", "--size SIZE", "--backbone ONNX", "--plan", "--device DEVICE", "FILE"]) {
    assert.ok(pipeline.includes(option), option);
  }
  for (const option of ["--run RUNDIR", "--format FORMAT", "--out FILE", "--threshold X", "PATH"]) {
    assert.ok(score.includes(option), option);
  }
  const withForests = texts.filter(({ out }) => out.includes("--xgboost FILE"));
  assert.equal(withForests.length, 5, "pipeline, score, both behind segad, and export");
  assert.ok(pipeline.includes("--xgboost FILE") && score.includes("--xgboost FILE"));
  assert.ok(standIn.includes("--seed N") && all.includes("deno task segad stand-in --out DIR"));
  assert.equal(again, score);
});

Deno.test("a command line that cannot be understood shows how it is used, with exit code 2", async () => {
  const cases: [string, string[], RegExp][] = [
    ["segad", [], /Usage: deno task/],
    ["pipeline", ["vad.ts", "--bogus"], /Error: Unexpected option or argument: "--bogus"/],
    ["pipeline", ["vad.ts", "--size", "huge"], /`--size`.*small/s],
    ["pipeline", ["vad.ts", "--threads", "0"], /Error: `--threads`: Expected a value greater than or equal to 1/],
    ["stand-in", [], /--out/],
  ];
  await Promise.all(cases.map(async ([task, args, message]) => {
    const { code, out, err } = await run(task, ...args);
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, message);
    if (task !== "segad") {
      assert.ok(!err.includes(task === "score" ? "stand-in" : "score"), "the usage of its own task");
    }
    for (const line of err.split("\n")) assert.ok(line.length <= 80, line);
  }));
});

Deno.test("what says something of a backbone file is refused where none is named", async () => {
  const cases: [string, string[], RegExp][] = [
    ["pipeline", ["elpv.ts", "--layers", "a"], /^Error: Cannot use --layers without --backbone as/],
    ["pipeline", ["elpv.ts", "--mean", "0,0,0"], /^Error: Cannot use --mean without --backbone as/],
    ["pipeline", ["elpv.ts", "--std", "1,1,1"], /^Error: Cannot use --std without --backbone as/],
    ["pipeline", ["elpv.ts", "--backbone", "a.onnx", "--std", "1,1"], /^Error: Cannot read "1,1" as three numbers/],
    ["pipeline", ["visa.ts", "--maps", ".", "--backbone", "a.onnx"], /^Error: Cannot use --maps with --backbone: /],
    [
      "fit",
      ["padim", "--data", ".", "--out", "none", "--layers", "a"],
      /^Error: Cannot use --layers without --backbone/,
    ],
    ["distil", ["--data", ".", "--out", "none", "--layers", "a"], /^Error: Cannot use --layers without --backbone/],
  ];
  await Promise.all(cases.map(async ([task, args, message]) => {
    const { code, out, err } = await run(task, ...args);
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, message);
  }));
});

Deno.test("shells are told how to complete, and bash takes what it is told", async () => {
  const [bash, zsh, fish] = await Promise.all(
    ["bash", "zsh", "fish"].map((shell) => run("segad", "--completion", shell)),
  );
  assert.match(bash.out, /^\nfunction _segad \(\) \{/);
  assert.match(bash.out, /complete .*_segad .*segad/);
  assert.match(zsh.out, /compdef _segad segad/);
  assert.match(fish.out, /complete .*segad/);
  const { out } = await run("segad", "--completion", "bash", "score", "--th");
  assert.deepEqual(out.split("\n").filter((line) => /^--\w/.test(line)).sort(), ["--threads", "--threshold"]);
  const syntax = new Deno.Command("bash", { args: ["-n"], stdin: "piped", stderr: "piped" }).spawn();
  const writer = syntax.stdin.getWriter();
  await writer.write(new TextEncoder().encode(bash.out));
  await writer.close();
  assert.equal((await syntax.output()).success, true);
});

Deno.test("in a terminal of 80 columns no line of the progress breaks", async () => {
  const there = await new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" }).output()
    .then(({ success }) => success, () => false);
  if (!there) {
    console.log("skipped: there is no script command here, which makes a terminal");
    return;
  }
  await withFolder(async (folder) => {
    const [data, file] = [join(folder, "d"), await put(join(folder, "p.ts"), pipelineText())];
    await writeParts(data);
    const args = [file, "--data", data, "--cache", join(folder, "c"), "--runs", join(folder, "r"), "--name", "it"];
    const words = [Deno.execPath(), ...wordsOf("pipeline").words, ...args].map((word) => `'${word}'`).join(" ");
    const { success, stdout } = await new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", `stty cols 80 rows 24 && ${words}`, "/dev/null"],
      cwd: ROOT,
      env: { ...wordsOf("pipeline").env, TERM: "xterm", INIT_CWD: ROOT },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(success, text);
    assert.match(text, /\[\?25h/, "the cursor is shown again");
    // A bar is drawn again from the first column.
    const drawn = text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d*G`, "g"), "\n");
    const lines = stripVTControlCharacters(drawn).split(/[\r\n]+/);
    for (const line of lines) assert.ok(line.trimEnd().length <= 80 || line.includes(folder), line);
    for (const step of ["Hash the pictures", "Fit PaDiM, seed 2: Gaussians", "Anomaly maps", "Forests and scores"]) {
      assert.match(text, new RegExp(`${step} +[=-]{16} \\d+/\\d+`), step);
    }
    assert.match(text, /Report: +.*report\.html/);
  });
});
