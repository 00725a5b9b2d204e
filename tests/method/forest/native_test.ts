/** The native library beside the WebAssembly. Name one in SEGAD_LIBXGBOOST to have it compared. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { openNativeLibrary } from "../../../lib/app/cli/xgboost_ffi.ts";
import { explain, forest } from "../../../lib/method/forest/forest.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import { readForest } from "../../../lib/method/forest/model_file.ts";
import { makeColumns, makeInput } from "./inputs.ts";

const library = process.env.SEGAD_LIBXGBOOST;
const worker = new URL("../../../lib/app/cli/xgboost_ffi_worker.ts", import.meta.url);
if (!library) console.log("The native XGBoost is not compared as SEGAD_LIBXGBOOST names no libxgboost");

Deno.test({
  name: "a native library and the WebAssembly give the same models, scores and contributions",
  ignore: !library,
  async fn() {
    const native = openForestRunner({ workers: 2, worker, library });
    const wasm = openForestRunner({ workers: 1 });
    const input = { ...makeInput(150, 7, true, 9), columns: makeColumns(7) };
    for (const settings of [presets.brf, { ...presets.rf, num_parallel_tree: 50 }]) {
      const training = { ...input, settings, seed: 902 };
      const [theirs, ours] = await Promise.all([trainForest(training, native), trainForest(training, wasm)]);
      assert.deepEqual(theirs.json, ours.json);
      const options = { features: "F", model: ours } as const;
      const { features } = input;
      const scores = await forest({ ...options, runner: wasm })(features);
      assert.deepEqual(await forest({ ...options, runner: native })(features), scores);
      const contributions = await explain({ ...options, runner: wasm })(features);
      const native7 = await explain({ ...options, runner: native })(features);
      native7.data.forEach((value, i) => assert.ok(Math.abs(value - contributions.data[i]) < 1e-5));
    }
    await native.close();
    await wasm.close();
  },
});

Deno.test({
  name: "a native library refuses a broken model in the same words",
  ignore: !library,
  async fn() {
    const native = openForestRunner({ workers: 1, worker, library });
    const path = new URL("./fixtures/python_scores.json", import.meta.url).pathname;
    await assert.rejects(readForest(path, native), /^SyntaxError: Cannot read model ".*" as XGBoost says: /);
    await native.close();
  },
});

Deno.test("a file that is no library is refused with its path", async () => {
  const path = new URL(import.meta.url).pathname;
  assert.ok((await readFile(path)).length > 0);
  assert.throws(() => openNativeLibrary(path), /^Error: Cannot use ".*native_test.ts" as XGBoost as /);
  const native = openForestRunner({ workers: 1, worker, library: path });
  await assert.rejects(readForest(path, native), /Cannot use ".*native_test.ts" as XGBoost/);
  await native.close();
});
