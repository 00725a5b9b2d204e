import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import type { Detection } from "../../../lib/method/detect/contract.ts";
import { detectorNamed } from "../../../lib/method/detect/table.ts";
import type { Photo } from "../../../lib/domain.ts";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { openLoader } from "../../../lib/picture/image/loader.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { relativeError } from "./feature_maps.ts";

const root = "../shared/data/elpv";
const layers = ["stride4", "stride8", "stride16"];
const FITTED = 24;

Deno.test({
  name:
    "scores of photographs are those of PIL, timm, PyTorch and numpy together (skipped where the photographs are not)",
  ignore: !existsSync(root),
  async fn() {
    const rows = readFileSync(join(root, "labels.csv"), "utf8").trim().split("\n").slice(1).map((row) =>
      row.split(",")
    );
    const good = rows.filter(([, probability]) => Number(probability) === 0).map(([file]) => join(root, file));
    const oracle = JSON.parse(readFileSync(new URL("./fixtures/elpv.json", import.meta.url), "utf8"));
    const tested = oracle.files.map((file: string) => join(root, "images", file));
    const runtime = await openRuntime();
    const embedded = await embeddedBackbone();
    const backbone = await openBackbone(runtime, embedded);
    const loader = openLoader({ height: 256, width: 256, workers: 1 });
    async function* observe(paths: readonly string[]) {
      let photos: Photo[] = [];
      for await (const loaded of loader.load(paths)) {
        if ("error" in loaded) throw loaded.error;
        photos.push(loaded.photo);
        if (photos.length < 8) continue;
        const image = toImage(photos);
        yield { image, features: await backbone.extract(image) };
        photos = [];
      }
    }
    try {
      const fits = [
        { detector: detectorNamed("patchcore"), config: { layers, coreset: 200, neighbours: 1 } },
        { detector: detectorNamed("padim"), config: {} },
      ].map(({ detector, config }) => ({ detector, config: detector.parse(config) }));
      const context = {
        runtime,
        layers: backbone.layers,
        backbone: embedded,
        size: { height: 256, width: 256 },
        pictures: FITTED,
        seed: 0,
        take: () => Promise.reject(new Error("not asked for")),
      };
      for (const { detector, config } of fits) {
        const fitted = await detector.fit({ ...context, batches: () => observe(good.slice(0, FITTED)) }, config);
        const applied = await detector.apply({ runtime }, fitted);
        const found: Detection[] = [];
        for await (const seen of observe(tested)) found.push(await applied.detect(seen));
        await applied.release();
        const scores = found.flatMap(({ score }) => [...score.data]);
        const expected = oracle[detector.name];
        assert.ok(relativeError(scores, expected) < 1e-4, `${detector.title}: ${relativeError(scores, expected)}`);
        assert.equal(auroc(scores, oracle.bad), auroc(expected, oracle.bad));
      }
    } finally {
      await loader.close();
      await backbone.release();
    }
  },
});
