import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fit, here } from "./commands.ts";
import { drawPart, interrupt, put, run, withFolder, writeParts } from "./product.ts";

/** How many lines are whole. */
const linesIn = async (path: string) => (await readFile(path, "utf8").catch(() => "")).split("\n").length - 1;

Deno.test("score --out that is killed goes on after its whole lines, and ends with the bytes of one that was not", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 1);
    const at = ["--data", join(folder, "parts"), "--side", "64", "--threads", "1", "--cache", join(folder, "cache")];
    const model = join(folder, "model");
    assert.equal(await fit("mean_difference", ...at, "--out", model), 0);
    const fresh = join(folder, "fresh");
    const part = await drawPart(7, false);
    for (const name of ["=1+1", 'a "b", c', "line\nbreak", "'quoted", "umlaut ä", "plain"]) {
      await put(join(fresh, `${name}.png`), part);
    }
    await put(join(fresh, "unread.png"), "no picture\n");
    await writeParts(fresh, 9, 9, 1);
    const paths = Array.from({ length: 20 }, () => fresh);
    const scored = 20 * 25;

    for (const format of ["csv", "jsonl"]) {
      const args = (
        out: string,
        ...more: string[]
      ) => ["--run", model, ...paths, "--format", format, "--out", out, ...more];
      const [right, out] = [join(folder, `right.${format}`), join(folder, `killed.${format}`)];
      assert.equal((await here("score", ...args(right))).code, 3);
      const header = format === "csv" ? 1 : 0;
      const half = async () => await linesIn(`${out}.part`) > 100;
      const { signalled } = await interrupt("SIGKILL", half, "score", ...args(out));
      assert.ok(signalled);
      const text = await readFile(`${out}.part`, "utf8");
      // As a disk may leave it that lost its power: half of a line, and zeros behind.
      await put(`${out}.part`, `${text.slice(0, text.lastIndexOf("\n") - 3)}${"\0".repeat(5)}\n`);

      const other = await here("score", ...args(out, "--threshold", "7"));
      assert.equal(other.code, 1);
      assert.match(
        other.err,
        /^Error: Cannot go on with ".*\.part" as its lines are of another threshold: move it away/,
      );
      const strange = await here("score", "--run", model, join(folder, "parts"), "--format", format, "--out", out);
      assert.equal(strange.code, 1);
      assert.match(strange.err, /Error: Cannot go on with earlier lines as one is of ".*", which is not asked for/);

      const again = await run("score", ...args(out));
      assert.equal(again.code, 3, again.err);
      const [, before] = /^(\d+) of 500 scored before$/m.exec(again.err)!.map(Number);
      // Of 101 lines one may be a header, five end within a name, and one was cut.
      assert.ok(before >= 94 && before < scored, `${before}`);
      assert.deepEqual(await readFile(out), await readFile(right));
      assert.equal((await readFile(out, "utf8")).includes("\0"), false);
      assert.match(again.err, /\n20 of 500 pictures could not be scored/);
      assert.equal(await linesIn(out) >= scored + header, true);
      assert.deepEqual((await readdir(folder)).filter((name) => name.includes(".part")), []);
    }
  });
});

Deno.test("a picture that has changed since is scored again; a model that has changed is told", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 2);
    const [model, out, fresh] = ["model", "scores.csv", "fresh"].map((name) => join(folder, name));
    const at = ["--data", join(folder, "parts"), "--side", "64", "--threads", "1", "--cache", join(folder, "cache")];
    assert.equal(await fit("mean_difference", ...at, "--out", model), 0);
    await writeParts(fresh, 200, 0, 2);
    const args = ["--run", model, fresh, "--out", out];
    const begun = async () => await linesIn(`${out}.part`) > 20;
    assert.ok((await interrupt("SIGKILL", begun, "score", ...args)).signalled);
    // The tenth is another picture now.
    await copyFile(join(folder, "parts/bad/000.png"), join(fresh, "good/009.png"));
    const again = await run("score", ...args);
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /^9 of 200 scored before; ".*009\.png" has changed since$/m);
    const right = join(folder, "right.csv");
    assert.equal((await here("score", "--run", model, fresh, "--out", right)).code, 0);
    assert.equal(await readFile(out, "utf8"), await readFile(right, "utf8"));

    await rm(out);
    assert.ok((await interrupt("SIGKILL", begun, "score", ...args)).signalled);
    assert.equal(await fit("mean_difference", ...at, "--false-alarms", "0.2", "--out", model), 0);
    const told = await here("score", ...args);
    assert.equal(told.code, 1);
    assert.match(
      told.err,
      /^Error: Cannot go on with ".*scores\.csv\.part" as its lines are of another model: move it/,
    );
  });
});

Deno.test("two score at once with one file: one writes it, the other says so", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 12, 2);
    const [model, out] = ["model", "scores.csv"].map((name) => join(folder, name));
    const at = ["--data", join(folder, "parts"), "--side", "64", "--threads", "1", "--cache", join(folder, "cache")];
    assert.equal(await fit("mean_difference", ...at, "--out", model), 0);
    const many = Array.from({ length: 3000 }, () => join(folder, "parts"));
    let second: Awaited<ReturnType<typeof run>> | undefined;
    const first = await interrupt(
      "SIGKILL",
      async () => {
        if (await linesIn(`${out}.part`) < 10) return false;
        second = await run("score", "--run", model, join(folder, "parts/bad"), "--out", out);
        return true;
      },
      "score",
      "--run",
      model,
      ...many,
      "--out",
      out,
    );
    assert.ok(first.signalled, first.err);
    assert.equal(second!.code, 1, second!.err);
    assert.match(
      second!.err,
      /^Error: Cannot write ".*scores\.csv" as another process is writing it: wait for its end/,
    );
    await assert.rejects(readFile(out), /ENOENT/);
    const lines = (await readFile(`${out}.part`, "utf8")).split("\n").slice(0, -1);
    for (const [i, line] of lines.entries()) {
      if (i > 0) assert.match(line, /^[^,]*parts.(good|bad).\d+\.png,[\d.]+,(good|bad),[^,\0]+$/);
    }
  });
});
