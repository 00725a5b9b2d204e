import assert from "node:assert/strict";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { toBackbone } from "../../../lib/method/backbone/load.ts";
import { makeBackbone } from "../../../lib/method/backbone/make_file.ts";
import { headLayer } from "../../../lib/method/classify/network.ts";
import { DETECTORS } from "../../../lib/method/detect/table.ts";
import { distilledLayers } from "../../../lib/method/detect/efficientad/distil.ts";
import { selectOutputs } from "../../../lib/engine/graph/file/edit.ts";
import { readModel } from "../../../lib/engine/graph/file/parse.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { image } from "../../../lib/domain.ts";

const runtime = await openRuntime({ threads: 1 });
const resnet = await toBackbone(makeBackbone("resnet18", { seed: 1 }), "resnet18", { runtime });

Deno.test("detectors choose by stride: the last layer of a residual network is none of theirs, and is not computed", async () => {
  const settings: Record<string, object> = { onnx: { file: "model.onnx" }, maps: { folder: "maps" } };
  const chosen = Object.fromEntries(
    Object.values(DETECTORS).map((detector) => [
      detector.name,
      detector.layers(detector.parse(settings[detector.name] ?? {}), resnet.layers).join(),
    ]),
  );
  const three = "layer1,layer2,layer3";
  assert.deepEqual(chosen, {
    patchcore: "layer2,layer3",
    padim: three,
    fastflow: three,
    rd4ad: three,
    efficientad: "layer2,layer3",
    mean_difference: "",
    onnx: "",
    maps: "",
  });
  assert.deepEqual(distilledLayers(resnet.layers), ["layer2", "layer3"]);
  const pruned = selectOutputs(resnet.model, ["layer3"], "resnet18");
  // 11.2 million weights in all, 8.4 of them in layer 4.
  assert.ok(pruned.length < resnet.model.length / 3, `${pruned.length} of ${resnet.model.length}`);
  assert.deepEqual(readModel(pruned, "pruned").outputs.map(({ name }) => name), ["layer3"]);
  const features = await openBackbone(runtime, resnet, ["layer2", "layer3"]);
  const maps = await features.extract(image([1, 3, 64, 64]));
  await features.release();
  assert.deepEqual(Object.keys(maps), ["layer2", "layer3"]);
});

Deno.test("classifiers stand on the end of a residual network", () => {
  const context = { backbone: resnet, size: { height: 64, width: 64 } };
  assert.equal(headLayer(context, "WRN").name, "layer4");
  assert.equal(headLayer(context, "WRN", "layer2").stride, 8);
  assert.throws(() => headLayer({ ...context, size: { height: 16, width: 64 } }, "WRN"), {
    name: "RangeError",
    message: "Cannot train WRN as pictures must be at least 32 pixels: current size is 16 × 64",
  });
});
