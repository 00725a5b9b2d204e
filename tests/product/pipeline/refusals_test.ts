import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describeError } from "../../../lib/base/text/describe_error.ts";
import { readPipeline } from "../../../lib/product/run/read_pipeline.ts";
import { runPipeline } from "../../../lib/product/run/run.ts";
import { drawPart, pipelineText, put, timesOf, withFolder, writeParts } from "../../app/cli/product.ts";

/** The message with which a pipeline file is refused, and what the run had said before. */
async function refusal(folder: string, file: string, data?: string, backbone?: string) {
  const said: string[] = [];
  const steps = new Set<string>();
  try {
    const { definition } = await readPipeline(file, "small");
    await runPipeline(definition, {
      file,
      data,
      backbone: backbone === undefined ? undefined : { path: backbone },
      size: "small",
      device: "cpu",
      runs: join(folder, "runs"),
      cache: join(folder, "cache"),
      reporter: {
        say: (line) => void said.push(line),
        warn: (line) => void said.push(line),
        progress: ({ step }) => void steps.add(step),
      },
      signal: new AbortController().signal,
    });
  } catch (error) {
    return { message: describeError(error), said, steps: [...steps] };
  }
  throw new Error(`${file} was not refused`);
}

Deno.test("a pipeline file that is wrong is refused with its path, what was found and what is wanted", async (t) => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 8, 4);
    const cases: [string, string, RegExp][] = [
      [
        "a syntax error",
        "export default {{",
        /^Cannot read the pipeline file ".*\.ts"\n {2}because SyntaxError: Unexp/,
      ],
      ["code that throws", "throw new Error('boom')", /^Cannot read the pipeline file ".*"\n {2}because boom$/],
      ["a lost import", "import './gone.ts';", /because Module not found "file:.*gone\.ts"/],
      ["no default export", "export const a = 1;", /^Cannot use the pipeline file ".*" as it has no default export$/],
      ["null", "export default null;", /as it must be an object \(was null\)/],
      [
        "a function that throws",
        "export default () => { throw new Error('boom'); }",
        /^Cannot use the .*because boom$/s,
      ],
      [
        "an unknown key",
        pipelineText({ data: { layout: "folder" }, ...{ picure: 1 } }),
        /because Cannot use this pipeline as picure must be removed \(did you mean "picture"\?\)$/,
      ],
      [
        "a wrong type",
        pipelineText({ picture: { height: "64", width: 64 } }),
        /picture\.height must be a number \(was a st/,
      ],
      ["no method", pipelineText({ methods: {} }), /as methods must name at least one; decision\.method/],
      [
        "a forest of another width",
        pipelineText({ forest: { preset: "brf", features: 12 } }),
        /^Cannot use this pipeline as forest\.features must be 8 for methods\["Both"\], .*2 detectors and 1 segments: found 12$/,
      ],
      [
        "settings of a detector",
        pipelineText({ detectors: { patchcore: { coreset: -1, neigbours: 2 }, padim: {} } }),
        /^Cannot use this pipeline as detectors\.patchcore\.coreset must be .*; detectors\.patchcore\.neigbours must be removed \(did you mean "neighbours"\?\)$/,
      ],
      [
        "an unknown layer",
        pipelineText({ detectors: { patchcore: { layers: ["stride3"] }, padim: {} } }),
        /^Cannot use layer "stride3" for PatchCore as the layers of the backbone are "stride4", "stride8", "stride16"$/,
      ],
      [
        "sides that the strides do not divide",
        pipelineText({ picture: { height: 64, width: 40 } }),
        /^Cannot use pictures of 64 × 40 as both sides must be multiples of 16, .* "stride16" .*: 64 × 48 is near$/,
      ],
      [
        "an unknown detector",
        pipelineText({ detectors: { patchcore: { type: "cutpaste" }, padim: {} } }),
        /^Cannot use this pipeline as detectors\.patchcore is wrong\n {2}because Cannot use detector "cutpaste" as the detectors are/,
      ],
      [
        "a coreset beyond all patches",
        pipelineText({ detectors: { patchcore: { coreset: 100000 }, padim: {} } }),
        /^Cannot fit PatchCore with a coreset of 100000 as there are only 256 patches$/,
      ],
      [
        "a lost segment map",
        pipelineText({ segments: join(folder, "gone.png") }),
        /^Cannot read the segment map ".*gone\.png" as there is no such file or folder/,
      ],
      [
        "too few parts",
        pipelineText({ split: { kind: "count", detectors: 9, good: 9, bad: 9 } }),
        /^Cannot split parts as 9 good parts for the detectors, 9 good and 9 bad ones .* it has 8 good and 4 bad ones$/,
      ],
      [
        "a split that data does not have",
        pipelineText({ split: { kind: "vad" } }),
        /test set has 0 good and 0 bad parts/,
      ],
    ];
    for (const [i, [what, text, message]] of cases.entries()) {
      await t.step(what, async () => {
        const file = await put(join(folder, `${i}.ts`), text);
        const refused = await refusal(folder, file, data);
        assert.match(refused.message, message);
        assert.match(refused.message, /^Cannot /);
      });
    }
    await t.step("no file", async () => {
      const refused = await refusal(folder, join(folder, "none.ts"), data);
      assert.match(
        refused.message,
        /^Cannot find the pipeline file ".*none\.ts" as it is neither here nor in pipelines\/$/,
      );
    });
    await t.step("nothing of it has left a run folder", async () => {
      assert.equal((await timesOf(join(folder, "runs"))).size, 0);
    });
  });
});

Deno.test("pictures that cannot be used are refused with their paths", async (t) => {
  await withFolder(async (folder) => {
    const small = await put(join(folder, "small.ts"), pipelineText());
    const refuse = async (data: string | undefined, message: RegExp, file = small) => {
      const refused = await refusal(folder, file, data);
      assert.match(refused.message, message);
    };
    const at = (name: string) => join(folder, name);

    await t.step("none, an empty folder, only good ones, too few", async () => {
      await refuse(undefined, /^Cannot run the pipeline "small" without pictures: give their folder with --data DIR$/);
      await refuse(
        at("gone"),
        /^Cannot read pictures from ".*gone" as it must have good\/ and bad\/ .* found no such folder/,
      );
      await mkdir(at("empty"));
      await refuse(at("empty"), /must have good\/ and bad\/ .*: found an empty folder/);
      for (let i = 0; i < 3; i++) await put(at(`good-only/good/${i}.png`), await drawPart(i, false));
      await refuse(at("good-only"), /must have good\/ and bad\/ .* in bad\/ no such folder$/);
      await writeParts(at("few"), 3, 1);
      await refuse(at("few"), /^Cannot split few as .* leave none of each to judge: it has 3 good and 1 bad ones$/);
    });
    await t.step("a picture that cannot be read", async () => {
      await writeParts(at("broken"), 8, 4);
      await put(at("broken/good/003.png"), "not a picture");
      await refuse(
        at("broken"),
        /^Cannot use 1 of 12 pictures: mend.*\n {2}Cannot decode ".*broken\/good\/003\.png" as it is text that begins with "not a picture"$/,
      );
    });
    await t.step("one picture that is good and bad", async () => {
      await put(at("broken/good/003.png"), await drawPart(5002, true));
      await refuse(
        at("broken"),
        /^Cannot use the data set as "bad\/002\.png" and "good\/003\.png" are the same file, once ba/,
      );
    });
    await t.step("one picture, in other bytes, that is good and bad", async () => {
      const other = await sharp(await drawPart(5002, true)).png({ compressionLevel: 0 }).toBuffer();
      await put(at("broken/good/003.png"), new Uint8Array(other));
      await refuse(
        at("broken"),
        /^Cannot use the data set as "bad\/002\.png" and "good\/003\.png" are the same picture, once good and once bad/,
      );
    });
  });
});

Deno.test("segment maps and a backbone that cannot be used are told before a picture is hashed", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 8, 4);
    const legend = JSON.stringify({ name: "one", labels: [{ value: 0, name: "all" }] });
    await put(join(folder, "maps/legend.json"), legend);
    await put(join(folder, "maps/000.png"), await drawPart(1, false));
    const cases: [string, RegExp, string?][] = [
      [pipelineText({ segments: join(folder, "gone.png") }), /^Cannot read the segment map ".*gone\.png" as/],
      [pipelineText({ segments: join(folder, "maps") }), /^Cannot find the segment map of "(good|bad)\/001\.png" as/],
      [pipelineText(), /^Cannot read .*none\.onnx/, join(folder, "none.onnx")],
      [
        pipelineText(),
        /^Cannot read "broken" as ONNX as it is truncated or no ONNX file/,
        await put(join(folder, "broken.onnx"), "no model"),
      ],
    ];
    for (const [i, [text, message, backbone]] of cases.entries()) {
      const refused = await refusal(folder, await put(join(folder, `${i}.ts`), text), data, backbone);
      assert.match(refused.message, message);
      assert.deepEqual(refused.steps, []);
    }
  });
});
