import assert from "node:assert/strict";
import { join } from "node:path";
import { describeFewBad } from "../../../lib/product/experiment/few_bad.ts";
import { describePaperSegments } from "../../../lib/product/experiment/paper_figures.ts";
import { forObject } from "../../../lib/product/run/run_objects.ts";
import classifiers from "../../../pipelines/classifiers.ts";
import learned from "../../../pipelines/learned.ts";
import mvtec from "../../../pipelines/mvtec.ts";
import oneClass from "../../../pipelines/spd_one_class.ts";
import visa from "../../../pipelines/visa.ts";
import { put, withFolder } from "../../app/cli/product.ts";

Deno.test("beside a paper's figures of forests, one segment is told of; with several, or without forests, nothing is", () => {
  for (const pipeline of [visa, mvtec, learned]) {
    const [note, ...more] = describePaperSegments(forObject(pipeline("paper"), "candle"), 1);
    if (pipeline === visa) {
      assert.match(note, /^The paper's figures of forests are with segment maps of 2 to 8 segments/);
    }
    assert.deepEqual(more, []);
    assert.deepEqual(describePaperSegments(pipeline("paper"), 7), []);
  }
  assert.equal(describePaperSegments(mvtec("small"), 1).length, 1);
  assert.deepEqual(describePaperSegments(oneClass("small"), 1), []);
});

Deno.test("few bad parts of the stand-in beside classifiers are told of; as many as the paper's, and other data, are not", () => {
  const few = new Map([["one-class", 0], ["high-shot", 160], ["low-shot", 40]]);
  const [note, ...more] = describeFewBad({ origin: "stand-in", classifiers: { wrn: {} } }, few);
  assert.match(note, /\(160 in high-shot, 40 in low-shot\): with 128 WRN and DevNet stay near chance/);
  assert.deepEqual(more, []);
  assert.deepEqual(describeFewBad({ origin: "stand-in", classifiers: { wrn: {} } }, new Map([["all", 1000]])), []);
  assert.deepEqual(describeFewBad({ origin: "stand-in" }, few), []);
  assert.deepEqual(describeFewBad({ origin: "ELPV", classifiers: { wrn: {} } }, few), []);
  for (const size of ["small", "paper"] as const) assert.equal(classifiers(size).crossFit, 5);
});

Deno.test("{object} stands for an object's folder of maps, or where there is none for its one map", async () => {
  await withFolder(async (folder) => {
    await put(join(folder, "candle", "legend.json"), "{}");
    await put(join(folder, "pcb1.png"), "");
    const definition = { ...visa("small"), segments: join(folder, "{object}") };
    const paths = ["candle", "pcb1", "fryum"].map((object) => forObject(definition, object).segments);
    assert.deepEqual(paths, ["candle", "pcb1.png", "fryum"].map((name) => join(folder, name)));
  });
});
