import assert from "node:assert/strict";
import * as names from "../../../lib/app/cli/options/names.ts";
import { ARCHITECTURES } from "../../../lib/method/backbone/make_file.ts";
import { CLASSIFIERS } from "../../../lib/method/classify/table.ts";
import { DETECTORS } from "../../../lib/method/detect/table.ts";
import { SPD_LOSSES } from "../../../lib/method/pretrain/contract.ts";
import { PRETRAINING_METHODS } from "../../../lib/method/pretrain/settings.ts";
import { NEGATIVES } from "../../../lib/method/pretrain/views.ts";
import { GOOD_PARTS } from "../../../lib/picture/image/settings.ts";
import { ROOT } from "./product.ts";

Deno.test("options offer what the code behind them has, in its order", () => {
  const maskless = (all: Readonly<Record<string, { masks?: boolean }>>) =>
    Object.keys(all).filter((name) => !all[name].masks);
  assert.deepEqual(names.DETECTOR_NAMES, maskless(DETECTORS));
  assert.deepEqual(
    names.LABEL_CLASSIFIER_NAMES,
    maskless(CLASSIFIERS),
  );
  assert.deepEqual(names.ARCHITECTURE_NAMES, ARCHITECTURES);
  assert.deepEqual(names.PRETRAINING_NAMES, Object.keys(PRETRAINING_METHODS));
  assert.deepEqual(names.SPD_LOSS_NAMES, SPD_LOSSES);
  assert.deepEqual(names.NEGATIVE_NAMES, Object.keys(NEGATIVES));
  assert.equal(names.GOOD_PARTS_NAME, GOOD_PARTS);
});

Deno.test("help waits for no code but its own", async () => {
  for (const args of [["segad", "--help"], ["score", "--help"], ["segad", "--completion", "bash", "fit", "p"]]) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--log-level=debug", "--allow-env", "--allow-read", "lib/app/cli/main.ts", ...args],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 0, said.slice(-400));
    assert.match(said, /optique/);
    assert.doesNotMatch(said, /lib\/(method|product|engine|picture)\/[\w/]+\.ts/);
    // Help of one command waits for the options of no other.
    if (args[0] === "score") assert.doesNotMatch(said, /options\/(all_commands|pipeline_options|fit_options)\.ts/);
  }
});
