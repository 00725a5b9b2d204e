import assert from "node:assert/strict";
import { join } from "node:path";
import { put, run, withFolder } from "../app/cli/product.ts";
import { parseRepeats, readArguments } from "../../tools/bench_peers.ts";

Deno.test("the number of repeats is a whole number from 1", () => {
  assert.deepEqual(["1", "3", "120"].map(parseRepeats), [1, 3, 120]);
  for (const text of ["0", "-1", "1.5", "1e3", "x", "", " 3", "NaN", "Infinity"]) {
    assert.throws(() => parseRepeats(text), {
      name: "RangeError",
      message: `Cannot time the peers as --repeats must be a whole number from 1: it is "${text}"`,
    });
  }
});

Deno.test("the command line names cases and repeats, and everything else is refused in a sentence", async () => {
  const known = ["coreset", "decode"];
  assert.deepEqual(readArguments([], known), { help: false, repeats: 3, cases: known });
  assert.deepEqual(readArguments(["decode", "--repeats", "5"], known), { help: false, repeats: 5, cases: ["decode"] });
  assert.equal(readArguments(["--help"], known).help, true);
  assert.throws(() => readArguments(["nope"], known), { message: "Cannot time nope as the cases are coreset, decode" });
  assert.throws(() => readArguments(["--nope"], known), {
    message: /^Cannot time the peers as the options are --repeats and --help: Unknown option '--nope'$/,
  });
  await withFolder(async (folder) => {
    await put(join(folder, "broken/results.json"), "{");
    const cases: [string, string[], number, RegExp][] = [
      ["bench:peers", ["--help"], 0, /^Usage: deno task bench:peers \[CASE…\] \[--repeats N\]\nCases: .*coreset/],
      ["bench:peers", ["nope"], 2, /^Cannot time nope as the cases are .*\n$/],
      [
        "tables",
        [join(folder, "none")],
        2,
        /^Cannot print the table of ".*none" as ENOENT.*: name the folder of a .*\n$/,
      ],
      [
        "tables",
        [join(folder, "broken")],
        2,
        /^Cannot print the table of ".*broken" as .*: name the folder of a .*\n$/,
      ],
    ];
    await Promise.all(cases.map(async ([task, args, code, message]) => {
      const done = await run(task, ...args);
      assert.equal(done.code, code, done.err);
      assert.match(done.out + done.err, message);
    }));
  });
});
