import assert from "node:assert/strict";
import { cp, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import Papa from "papaparse";
import sharp, { type Sharp } from "sharp";
import { readSafetensors, writeSafetensors } from "../../../lib/base/io/safetensors.ts";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { decideByRecall } from "../../../lib/product/decide/decisions.ts";
import { readUnseenScores, scoresByPart } from "../../../lib/product/decide/unseen_scores.ts";
import { scorePictures } from "../../../lib/product/model/score_files.ts";
import type { PictureScore } from "../../../lib/product/model/score_loaded.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { here } from "./commands.ts";
import {
  commandOf,
  drawPart,
  forgetHashes,
  interrupt,
  pipelineText,
  put,
  run,
  withFolder,
  writeParts,
} from "./product.ts";

interface Line {
  readonly file: string;
  readonly score: string;
  readonly decision: string;
  readonly reason: string;
}

function linesOf(text: string): Line[] {
  const { data, errors } = Papa.parse<Line>(text, { header: true, skipEmptyLines: true });
  assert.deepEqual(errors, []);
  return data;
}

/** A PNG of any size in its header and next to no pixels. */
function pngHeader(height: number, width: number): Uint8Array<ArrayBuffer> {
  const chunk = (name: string, data: Uint8Array) => {
    const part = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(part));
    return Buffer.concat([length, part, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return new Uint8Array(Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...[chunk("IHDR", header), chunk("IDAT", deflateSync(new Uint8Array(1000))), chunk("IEND", new Uint8Array())],
  ]));
}

Deno.test("scoring new pictures with a run", async (t) => {
  await withFolder(async (folder) => {
    const [data, models] = [join(folder, "parts"), join(folder, "runs/small/it")];
    await writeParts(data);
    const train = async (name: string, text: string, command: typeof here = here) => {
      const file = await put(join(folder, `${name}.ts`), text);
      const made = ["--data", data, "--cache", join(folder, "cache"), "--runs", join(folder, "runs"), "--name", name];
      const { code, err } = await command("pipeline", file, ...made);
      assert.equal(code, 0, err);
      return join(folder, "runs/small", name);
    };
    await train("it", pipelineText({ seeds: [1] }), run);
    const fresh = join(folder, "fresh");
    await writeParts(fresh, 9, 9, 1);
    const good = join(fresh, "good/000.png");
    const bad = join(fresh, "bad/000.png");

    await t.step("a program gets what the command prints, from a file and from bytes", async () => {
      const [line] = linesOf((await run("score", "--run", models, bad)).out);
      const scorer = await openScorer(models);
      const photos = [await scorer.read(bad), await scorer.read(new Uint8Array(await readFile(bad)))];
      for (const photo of photos) {
        const [{ score, decision, reason }] = await scorer.score([{ id: bad, photo }]);
        assert.deepEqual({ file: bad, score: String(score), decision, reason }, line);
      }
      // What the verdict is made of: the same verdict, contributions that sum to it, and maps with their strangest place.
      const [{ details, seen, ...verdict }] = await scorer.score([{ id: bad, photo: photos[0] }], { details: true });
      assert.equal(seen.values.length, seen.columns.length);
      assert.deepEqual({ file: bad, ...verdict, score: String(verdict.score) }, line);
      const sum = details.contributions.reduce((total, { logit }) => total + logit, details.bias!);
      assert.ok(Math.abs(sum - verdict.score) < 1e-4, `${sum} for ${verdict.score}`);
      assert.deepEqual(details.contributions.map(({ segment, source }) => `${segment} ${source}`).sort(), [
        ...["whole padim", "whole patchcore"],
      ]);
      assert.deepEqual(
        details.contributions.map(({ logit }) => logit),
        details.contributions.map(({ logit }) => logit).sort((a, b) => b - a),
      );
      assert.deepEqual(details.maps.map(({ name, title, values }) => [name, title, values.length]), [
        ...[["patchcore", "PatchCore", 4096], ["padim", "PaDiM", 4096]],
      ]);
      const { worst, segments } = details;
      assert.ok(worst && details.contributions[0].source === worst.detector);
      const { values } = details.maps.find(({ name }) => name === worst.detector)!;
      assert.equal(worst.value, Math.max(...values));
      const peak = values.indexOf(worst.value);
      const [x, y] = [peak % 64, Math.floor(peak / 64)];
      assert.ok(x >= worst.x && x < worst.x + worst.width && y >= worst.y && y < worst.y + worst.height);
      assert.deepEqual([segments.names, segments.labels.length, Math.max(...segments.outline)], [["whole"], 4096, 0]);
      await scorer.close();
    });

    await t.step("all pictures of a folder, in order, alone or together, have the same scores", async () => {
      const all = await run("score", "--run", models, fresh);
      assert.equal(all.code, 0, all.err);
      const lines = linesOf(all.out);
      assert.deepEqual(lines.map(({ file }) => file).slice(8, 10), [join(fresh, "bad/008.png"), good]);
      assert.equal(lines.length, 18);
      assert.match(all.err, /Score: 18\/18/);
      const scores = lines.map(({ score }) => Number(score));
      assert.ok(
        scores.every(Number.isFinite) && scores.some((score) => score < 0) && scores.some((score) => score > 0),
      );
      assert.ok(lines.every(({ decision, reason }) => /^(good|bad)$/.test(decision) && reason.length > 10));
      const found = lines.filter(({ file, decision }) => file.includes("/bad/") === (decision === "bad"));
      assert.ok(found.length >= 13, `${found.length} of 18 decisions are right`);
      const backwards = lines.map(({ file }) => file).reverse();
      const reversed = await here("score", "--run", models, ...backwards, "--format", "jsonl");
      const json = reversed.out.trim().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(Object.keys(json[0]), ["file", "score", "decision", "reason"]);
      const byFile = new Map(json.map(({ file, ...rest }) => [file, rest]));
      for (const { file, score, decision, reason } of lines) {
        assert.deepEqual(byFile.get(file), { score: Number(score), decision, reason });
      }
      for (const place of [0, 13]) {
        const one = await here("score", "--run", models, lines[place].file, lines[place].file);
        assert.deepEqual(linesOf(one.out), [lines[place], lines[place]], "a file that is named twice has two lines");
      }
      const written = await readFile(join(models, "scores.csv"), "utf8");
      const record = Papa.parse<Line & { method: string; seed: string }>(written, { header: true })
        .data.filter((row: { method: string; seed: string }) => row.method === "Both" && row.seed === "1") as Line[];
      const again = await here("score", "--run", models, ...record.map(({ file }) => join(data, file)));
      assert.deepEqual(linesOf(again.out).map(({ score }) => score), record.map(({ score }) => score), "as in the run");
    });

    await t.step("drawings, JSON lines with details, and CSV for Excel have the same verdicts", async () => {
      const drawn = join(folder, "drawn");
      const [plain, excel, detailed] = await Promise.all([
        here("score", "--run", models, good, bad),
        here("score", "--run", models, good, bad, "--format", "excel"),
        here("score", "--run", models, good, bad, "--format", "jsonl", "--details", "--overlays", drawn),
      ]);
      assert.deepEqual([plain.code, excel.code, detailed.code], [0, 0, 0], detailed.err);
      const lines = linesOf(plain.out);
      const { data } = Papa.parse<Line>(excel.out, { header: true, delimiter: ";", skipEmptyLines: true });
      assert.deepEqual(data, lines.map((line) => ({ ...line, score: line.score.replace(".", ",") })));
      const json = detailed.out.trim().split("\n").map((line) => JSON.parse(line));
      const model = JSON.parse(await readFile(join(models, "models/model.json"), "utf8"));
      for (const [i, verdict] of json.entries()) {
        const { file, score, decision, statistics, threshold, segments, box, reason } = verdict;
        assert.deepEqual({ file, score: String(score), decision, reason: statistics }, lines[i]);
        assert.equal(threshold, model.decision.threshold);
        assert.deepEqual(segments.map(({ name }: { name: string }) => name), ["whole"]);
        assert.match(segments[0].worst?.statistic ?? "q995", /^(q995|skewness|kurtosis|mean)$/);
        assert.deepEqual(box.of, { height: 64, width: 64 });
        assert.match(reason, decision === "bad" ? /^(bright|dark|unusual) (spot|line|area) (at|in) the / : /good/);
        const picture = await sharp(join(drawn, i === 0 ? "good/000.png" : "bad/000.png")).metadata();
        assert.deepEqual([picture.width, picture.height], [512, 512]);
      }
      const refused = await here("score", "--run", models, good, "--details");
      assert.equal(refused.code, 1);
      assert.match(refused.err, /^Error: Cannot write details into CSV/);
      const over = await here("score", "--run", models, good, bad, "--overlays", fresh);
      assert.equal(over.code, 1, "no drawing takes the place of a picture");
      assert.match(over.err, /would take the place of ".*000\.png", which is given/);
    });

    await t.step("lines for Excel that were stopped are gone on with", async () => {
      const out = join(folder, "excel.csv");
      const whole = await here("score", "--run", models, fresh, "--format", "excel", "--out", out);
      assert.equal(whole.code, 0, whole.err);
      const text = await readFile(out);
      assert.deepEqual([...text.subarray(0, 3)], [0xef, 0xbb, 0xbf], "the mark that says that it is UTF-8");
      const cut = await interrupt(
        "SIGKILL",
        async () => {
          const part = await readFile(`${out}.part`).catch(() => new Uint8Array());
          return part.length > 100;
        },
        "score",
        "--run",
        models,
        fresh,
        "--format",
        "excel",
        "--out",
        out,
      );
      const again = await here("score", "--run", models, fresh, "--format", "excel", "--out", out);
      assert.equal(again.code, 0, again.err);
      if (cut.signalled) assert.match(again.err, /\d+ of 18 scored before|Score: 18\/18/);
      assert.deepEqual(await readFile(out), text);
    });

    await t.step("pictures that cannot be of the part are not judged, unless that is wanted", async () => {
      const odd = join(folder, "implausible");
      const part = sharp(await drawPart(3, false));
      const grey = { width: 64, height: 64, channels: 3 as const };
      const bytes = async (picture: Sharp) => new Uint8Array(await picture.png().toBuffer());
      await put(join(odd, "black.png"), await bytes(sharp({ create: { ...grey, background: "#010101" } })));
      await put(join(odd, "white.png"), await bytes(sharp({ create: { ...grey, background: "#fff" } })));
      await put(join(odd, "negative.png"), await bytes(part.clone().negate()));
      await put(join(odd, "part.png"), await bytes(part));
      await put(join(odd, "wide.png"), await bytes(part.clone().resize(128, 64, { fit: "fill" })));
      const [checked, all] = [
        await here("score", "--run", models, odd),
        await here("score", "--run", models, odd, "--judge-all"),
      ];
      assert.equal(checked.code, 0, checked.err);
      assert.match(checked.err, /\n4 of 5 pictures were not judged; the reasons say why\n/);
      const lines = linesOf(checked.out);
      const expected: Record<string, RegExp> = {
        black: /^not judged: the picture is black$/,
        negative: /^not judged: the picture does not look like one of this part$|of this part: \d+ where/,
        part: /./,
        white: /^not judged: the picture is white$/,
        wide: /^not judged: the picture has other proportions than of this part: it is 2\.00 times as wide/,
      };
      for (const [i, [name, reason]] of Object.entries(expected).entries()) {
        assert.ok(lines[i].file.endsWith(`${name}.png`), lines[i].file);
        assert.equal(lines[i].decision === "not_judged", name !== "part", lines[i].decision);
        assert.match(lines[i].reason, reason);
      }
      const judged = linesOf(all.out);
      assert.ok(judged.every(({ decision }) => /^(good|bad)$/.test(decision)), "all are judged");
      assert.deepEqual(judged.map(({ score }) => score), lines.map(({ score }) => score), "scores are the same");
      const scorer = await openScorer(models);
      const wide = await scorer.open(join(odd, "wide.png"));
      assert.deepEqual(wide.size, { height: 64, width: 128 });
      const [verdict] = await scorer.score([{ id: "wide", ...wide }]);
      assert.equal(verdict.decision, "not_judged");
      assert.equal(scorer.goodParts?.columns.length, 2 * 4 + 6, "two detectors, one segment, and the picture");
      await scorer.close();
      await cp(models, join(folder, "earlier"), { recursive: true });
      await forgetHashes(join(folder, "earlier"));
      await rm(join(folder, "earlier/models/good_parts.safetensors"));
      const earlier = await here("score", "--run", join(folder, "earlier"), odd);
      assert.equal(earlier.out, all.out, "a model of an earlier release judges all pictures");
    });

    await t.step("the scores that the threshold was set on are kept, so that it can be set anew", async () => {
      const { decision } = JSON.parse(await readFile(join(models, "models/model.json"), "utf8"));
      const unseen = await readUnseenScores(models);
      assert.deepEqual(decideByRecall(scoresByPart(unseen), { recall: 0.9 }), decision);
      const moved = join(folder, "moved");
      await cp(models, moved, { recursive: true });
      const { threshold } = decideByRecall(scoresByPart(unseen), { recall: 0.5 });
      assert.equal((await here("decide", "--run", moved, "--recall", "0.5")).code, 0);
      const { out, err } = await here("score", "--run", moved, fresh);
      const given = await here("score", "--run", models, fresh, "--threshold", String(threshold));
      assert.equal(out, given.out, err);
    });

    await t.step("parts are compared with the good training parts by what their lines say", async () => {
      const lines = join(folder, "details.jsonl");
      const darker = join(folder, "darker");
      for (let i = 0; i < 24; i++) {
        const part = sharp(await drawPart(700 + i, false)).linear(0.85, 0);
        await put(join(darker, `${i}.png`), new Uint8Array(await part.png().toBuffer()));
      }
      const scored = await here("score", "--run", models, darker, "--format", "jsonl", "--details", "--out", lines);
      assert.equal(scored.code, 0, scored.err);
      const { code, out, err } = await here("drift", "--run", models, lines, "--format", "json");
      assert.equal(code, 0, err);
      const report = JSON.parse(out);
      assert.ok(report.parts >= 20 && report.falseAlarms === 0.01, out);
      const light = report.alarms.find(({ column }: { column: string }) => column === "picture.light");
      assert.deepEqual([light?.direction, light?.parts.length], ["lower", 5], out);
      const text = await here("drift", "--run", models, lines);
      assert.match(text.out, /picture: light lower: \d+\S* where \d+/);
      const unwatched = ["--format", "jsonl", "--out", join(folder, "plain.jsonl")];
      const plain = await here("score", "--run", models, good, ...unwatched);
      assert.equal(plain.code, 0, plain.err);
      const refused = await here("drift", "--run", models, join(folder, "plain.jsonl"));
      assert.match(refused.err, /no line has what is watched/);
    });

    await t.step("files that cannot be read are told of in their place, the others are scored", async () => {
      const odd = join(folder, "odd");
      const part = await drawPart(3, true);
      await put(join(odd, "1x1.png"), new Uint8Array(await sharp(part).resize(1, 1).png().toBuffer()));
      await put(join(odd, "cmyk.jpg"), new Uint8Array(await sharp(part).toColourspace("cmyk").jpeg().toBuffer()));
      await put(join(odd, "cut.png"), part.subarray(0, part.length >> 1));
      const grey16 = sharp(part).toColourspace("grey16").png();
      await put(join(odd, "deep.png"), new Uint8Array(await grey16.toBuffer()));
      await put(join(odd, "empty.png"), "");
      await put(join(odd, "huge.png"), pngHeader(20_000, 20_000));
      await put(join(odd, "notes.txt"), "not scored, as it is no picture by its name");
      await put(join(odd, "text.png"), "hello\n");
      await mkdir(join(odd, "folder.png"));
      await put(join(odd, "=1+1.png"), part);
      const missing = join(odd, "missing.png");
      const { code, out, err } = await run("score", "--run", models, good, odd, missing, bad);
      assert.equal(code, 3, err);
      const lines = linesOf(out);
      const expected: [string, RegExp][] = [
        ["000.png", /./],
        ["1x1.png", /./],
        ["=1+1.png", /./],
        ["cmyk.jpg", /./],
        ["cut.png", /^Cannot decode ".*cut\.png" as the png file is truncated/],
        ["deep.png", /^Cannot decode ".*deep\.png" as it has 16 bits a sample and no depth policy/],
        ["empty.png", /^Cannot decode ".*empty\.png" as the file is empty/],
        ["huge.png", /^Cannot decode ".*huge\.png" as its header says 20000 × 20000 pixels, more than the limit/],
        ["text.png", /^Cannot decode ".*text\.png" as it is text that begins with "hello/],
        ["missing.png", /^Cannot read ".*missing\.png" as ENOENT: no such file/],
        ["000.png", /./],
      ];
      assert.equal(lines.length, expected.length);
      for (const [i, [name, reason]] of expected.entries()) {
        assert.ok(lines[i].file.endsWith(name), `${lines[i].file} in the place of ${name}`);
        assert.match(lines[i].reason, reason);
        const unread = reason.source.startsWith("^");
        assert.equal(lines[i].decision === "unread" && lines[i].score === "", unread);
        if (unread) assert.ok(err.includes(`Warning: ${lines[i].reason}\n`));
        else assert.ok(Number.isFinite(Number(lines[i].score)));
      }
      assert.match(err, /\n6 of 11 pictures could not be scored; the warnings say why\n$/);
    });

    await t.step("without a picture, or without a run, the message says what is missing", async () => {
      const empty = join(folder, "empty");
      await mkdir(empty, { recursive: true });
      const cases: [string[], number, RegExp][] = [
        [["--run", models, empty], 1, /^Error: Cannot score as there is no picture in .*empty\n$/],
        [
          ["--run", empty, good],
          1,
          /^Error: Cannot score with ".*empty" as it has no models\/model\.json: name the fol/,
        ],
        [
          ["--run", join(folder, "nowhere"), good],
          2,
          /`--run`: There is no folder .*nowhere.*Name\s+the\s+folder\s+of\s+a\s+finished\s+run,\s+such\s+as/s,
        ],
        [["--run", models], 2, /Expected at least 1 values/],
        [["--run", models, good, "--threads", "0"], 2, /`--threads`: Expected a value greater than or equal to 1/],
        [["--run", models, good, "--threshold", "high"], 2, /`--threshold`: Expected a valid number/],
      ];
      await Promise.all(cases.map(async ([args, expected, message]) => {
        // What is not understood ends the process.
        const { code, out, err } = await (expected === 2 ? run : here)("score", ...args);
        assert.equal(code, expected, err);
        assert.match(err, message);
        assert.equal(out, "");
      }));
      const all = await here("score", "--run", models, join(folder, "gone.png"));
      assert.equal(all.code, 3);
      assert.match(all.err, /1 of 1 pictures could not be scored/);
    });

    await t.step(
      "a threshold of one's own decides, a file takes the lines, and a reader may stop reading",
      async () => {
        const out = join(folder, "new/scores.csv");
        const to = await here("score", "--run", models, fresh, "--threshold", "-99", "--out", out, "--device", "auto");
        assert.equal(to.code, 0, to.err);
        assert.equal(to.out, "");
        assert.match(to.err, /Wrote .*scores\.csv\n$/);
        const lines = linesOf(await readFile(out, "utf8"));
        assert.ok(lines.length === 18 && lines.every(({ decision }) => decision === "bad"));
        const folderThere = await here("score", "--run", models, good, "--out", fresh);
        assert.match(folderThere.err, /^Error: Cannot write ".*" as it is a folder: name another file with --out\n$/);
        assert.equal(folderThere.code, 1);
        const many = Array.from({ length: 30 }, () => fresh);
        const reading = commandOf("score", ["--run", models, ...many]).spawn();
        const errors = new Response(reading.stderr).text();
        await reading.stdout.cancel();
        assert.equal((await reading.status).code, 141);
        assert.doesNotMatch(await errors, /Error|\.ts:\d/);
      },
    );

    await t.step("killed, it has kept the lines that were done", async () => {
      const out = join(folder, "killed.csv");
      const so = () => readFile(`${out}.part`, "utf8").catch(() => "");
      const many = Array.from({ length: 30 }, () => fresh);
      const done = async () => (await so()).split("\n").length > 3;
      const { signalled } = await interrupt("SIGKILL", done, "score", "--run", models, ...many, "--out", out);
      assert.ok(signalled);
      const text = await so();
      const lines = linesOf(text.slice(0, text.lastIndexOf("\n")));
      assert.ok(lines.length >= 2 && lines.length < 540);
      assert.ok(Number.isFinite(Number(lines[0].score)));
      await assert.rejects(readFile(out), /ENOENT/);
      await rm(`${out}.part`);
      const stopped = await interrupt("SIGINT", done, "score", "--run", models, ...many, "--out", out);
      assert.equal(stopped.code, 130, stopped.err);
      assert.match(
        stopped.err,
        /\nStopped\. The lines so far are in .*killed\.csv\.part: the same command goes on from there\n$/,
      );
    });

    await t.step("a broken model is named with its file and what to do", async () => {
      const broken = join(folder, "broken");
      const file = (name: string) => join(broken, "models", name);
      const edit = async (name: string, change: (text: string) => string) =>
        await writeFile(file(name), change(await readFile(file(name), "utf8")));
      const cases: [string, () => Promise<unknown>, RegExp][] = [
        [
          "a truncated forest",
          () => truncate(file("forest/model.json"), 500),
          /Cannot use the forest in ".*forest": run t/,
        ],
        [
          "another forest",
          () => edit("forest/model.json", () => `{"a":1}`),
          /forest\/model\.json" as it is not the one/,
        ],
        ["no forest", () => rm(file("forest"), { recursive: true }), /Cannot use the forest in ".*": run the pipel/],
        ["broken notes", () => edit("forest/forest.json", () => "{"), /forest\.json" as it is not JSON/],
        [
          "no detector",
          () => rm(file("detectors/padim.safetensors")),
          /Cannot read ".*padim\.safetensors": run the pipe/,
        ],
        [
          "a truncated detector",
          () => truncate(file("detectors/padim.safetensors"), 900),
          /fitted PaDiM ".*is truncated/s,
        ],
        ["another backbone", () => truncate(file("backbone.onnx"), 900), /backbone ".*onnx" as it is not the one/],
        ["an unknown key", () => edit("model.json", (text) => text.replace(`"seed"`, `"sed"`)), /sed must be removed/],
        ["no JSON", () => edit("model.json", (text) => text.slice(0, 90)), /Cannot read the model ".*model\.json" as/],
        ["no segment maps", () => edit("model.json", (text) => text.replace(`"none"`, `"folder"`)), /with --segments/],
      ];
      const last = cases.length - 1;
      for (const [i, [what, change, message]] of cases.entries()) {
        await rm(broken, { recursive: true, force: true });
        await cp(models, broken, { recursive: true });
        // What a hash would tell already must be told without, too.
        await forgetHashes(broken);
        await change();
        await assert.rejects(openScorer(broken), (error) => {
          assert.match(describeError(error), message, what);
          return true;
        });
        if (i < last) continue;
        const { code, out, err } = await run("score", "--run", broken, good);
        assert.equal(code, 1, err);
        assert.match(err, message);
        assert.doesNotMatch(err, /\.ts:\d/);
        assert.equal(out, "");
      }
    });

    await t.step("a map that is not finite is an error of its picture that names the detector", async () => {
      const broken = join(folder, "nan");
      await cp(models, broken, { recursive: true });
      await forgetHashes(broken);
      const path = join(broken, "models/detectors/patchcore.safetensors");
      const { tensors, metadata } = readSafetensors(new Uint8Array(await readFile(path)), "bank");
      assert.ok(tensors.bank.dtype === "f32");
      tensors.bank.data.fill(NaN);
      await writeFile(path, writeSafetensors(tensors, metadata));
      const { code, out } = await here("score", "--run", broken, good);
      assert.equal(code, 3);
      const [line] = linesOf(out);
      assert.equal(line.decision, "unread");
      assert.match(
        line.reason,
        /^Cannot score ".*good\/000\.png" as its map by "patchcore" must be finite: it holds NaN$/,
      );
    });

    await t.step("a feature set of one's own is loaded from where one says, unless it has changed", async () => {
      const features = `defineFeature("top", (pixels) => pixels.sort()[pixels.length - 5])`;
      const own = await train("own", pipelineText({ seeds: [1] }, features));
      const file = join(folder, "own.ts");
      const scored = await run("score", "--run", own, "--features", file, good, bad);
      assert.equal(scored.code, 0, scored.err);
      const [low, high] = linesOf(scored.out);
      assert.ok(Number(low.score) < Number(high.score));
      assert.match(high.reason, /whole: (PatchCore|PaDiM) top/);
      await put(join(folder, "own.ts"), pipelineText({ seeds: [1] }, features.replace("5", "9")));
      const changed = await run("score", "--run", own, "--features", file, good);
      assert.equal(changed.code, 1);
      assert.match(
        changed.err,
        /^Error: Cannot score with the feature set "top" as the run was trained with another, "top", or it has changed/,
      );
      await rm(file);
      const gone = await run("score", "--run", own, "--features", file, good);
      assert.equal(gone.code, 1);
      assert.match(gone.err, /^Error: Cannot find the pipeline file ".*own\.ts"/);
    });

    await t.step("with a detector alone, or a segment map for each picture", async () => {
      const decision = { benchmark: "supervised", method: "PatchCore", recall: 0.9 };
      // Over the models of a forest, which must not stay behind.
      const alone = await train("it", pipelineText({ decision, seeds: [1] }));
      const scored = await here("score", "--run", alone, good, bad);
      assert.equal(scored.code, 0, scored.err);
      assert.match(linesOf(scored.out)[0].reason, /^PatchCore score (below|at or above) the threshold \d/);
      const maps = join(folder, "maps");
      await put(
        join(maps, "legend.json"),
        JSON.stringify({
          name: "ring",
          labels: [{ value: 0, name: "plate" }, { value: 1, name: "ring" }],
        }),
      );
      const plane = new Uint8Array(64 * 64).map((_, i) => Math.hypot(i % 64 - 32, (i >> 6) - 32) < 20 ? 1 : 0);
      const png = await sharp(plane, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace("b-w").png()
        .toBuffer();
      for (let i = 0; i < 36; i++) {
        const name = i < 24 ? `good/${String(i).padStart(3, "0")}` : `bad/${String(i - 24).padStart(3, "0")}`;
        await put(join(maps, `${name}.png`), new Uint8Array(png));
      }
      const each = await train(
        "each",
        pipelineText({ seeds: [1], segments: maps, decision: { ...decision, method: "Both" } }),
      );
      const some = join(folder, "some");
      await put(join(some, "unknown.png"), await drawPart(4, false));
      const segmented = await here("score", "--run", each, good, join(some, "unknown.png"), "--segments", maps);
      assert.equal(segmented.code, 3, segmented.err);
      const [known, unknown] = linesOf(segmented.out);
      assert.ok(Number.isFinite(Number(known.score)) && known.score !== "");
      assert.match(
        unknown.reason,
        /^Cannot find the segment map of ".*unknown\.png" as ".*maps" has no PNG or \.npy fil/,
      );
      // A map that is there once is the map of one picture, and nothing says of which.
      const once = join(folder, "once");
      await cp(join(maps, "legend.json"), join(once, "legend.json"));
      for (const name of ["000", "001"]) await cp(join(maps, `good/${name}.png`), join(once, `${name}.png`));
      const scores: PictureScore[] = [];
      await scorePictures({
        ...{ run: each, segments: once, threads: 1, reporter: { say: () => {}, warn: () => {}, progress: () => {} } },
        ...{ paths: [good, bad, good, join(fresh, "good/001.png")], signal: new AbortController().signal },
      }, (score) => void scores.push(score));
      for (const { error } of scores.slice(0, 3)) {
        assert.equal(
          error,
          `Cannot use the segment map "${join(once, "000.png")}" as it would be that of "${good}" and of "${bad}": ` +
            "give each its own, in folders as the pictures lie in",
        );
      }
      assert.deepEqual([scores.length, scores[3].error], [4, undefined]);
    });
  });
});
