import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { linearQuantile } from "../../../lib/base/tensor/linear_quantile.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { openBackbone } from "../../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../../lib/method/backbone/embedded.ts";
import type { FitContext, Observation } from "../../../lib/method/learn/contract.ts";
import { joinObservations, observationAt } from "../../../lib/method/learn/observation.ts";
import { detectorNamed } from "../../../lib/method/detect/table.ts";
import { readElpv } from "../../../lib/picture/data/readers/elpv.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { openLoader } from "../../../lib/picture/image/loader.ts";
import type { Photo } from "../../../lib/domain.ts";

const root = "../shared/data/elpv";
const layers = ["stride8", "stride16"];
const HALF = 80;

/** The mean, and quantiles of the lower and upper part. */
function summary(scores: readonly number[]): number[] {
  const sorted = Float64Array.from(scores).sort();
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return [mean, ...[0.1, 0.5, 0.9].map((q) => linearQuantile(sorted, q))];
}

Deno.test({
  name:
    "left-out maps of photographs are as those of unseen ones, and in-sample maps are not (skipped where the photographs are not)",
  ignore: !existsSync(root),
  async fn() {
    const items = (await readElpv(root)).items.filter(({ label }) => label === "good");
    const paths = Array.from(seededRandom(5).permutation(items.length), (i) => items[i].path).slice(0, 2 * HALF);
    const runtime = await openRuntime();
    const embedded = await embeddedBackbone();
    const backbone = await openBackbone(runtime, embedded, layers);
    const loader = openLoader({ height: 256, width: 256, workers: 1 });
    const pictures: Observation[] = [];
    try {
      let photos: Photo[] = [];
      for await (const loaded of loader.load(paths)) {
        if ("error" in loaded) throw loaded.error;
        photos.push(loaded.photo);
        if (photos.length < 8) continue;
        const image = toImage(photos);
        const seen = { image, features: await backbone.extract(image) };
        pictures.push(...photos.map((_, n) => observationAt(seen, n)));
        photos = [];
      }
      const halves = [pictures.slice(0, HALF), pictures.slice(HALF)];
      const cases = [
        { name: "padim", config: { layers, grid: "stride16" }, most: 0.06 },
        { name: "patchcore", config: { layers, grid: "stride16", coreset: 0.02, neighbours: 1 }, most: 0.03 },
      ];
      for (const { name, config, most } of cases) {
        const detector = detectorNamed(name);
        const parsed = detector.parse(config);
        const found = { leftOut: [] as number[], unseen: [] as number[], inSample: [] as number[] };
        // Each half is judged by a fit on itself and by one on the other, so that the same pictures are compared.
        for (const [own, other] of [halves, halves.toReversed()]) {
          const context: FitContext = {
            runtime,
            layers: backbone.layers,
            backbone: embedded,
            size: { height: 256, width: 256 },
            pictures: HALF,
            seed: 0,
            take: () => Promise.reject(new Error("not asked for")),
            async *batches() {
              for (let from = 0; from < HALF; from += 8) {
                yield await Promise.resolve(joinObservations(own.slice(from, from + 8)));
              }
            },
          };
          const fitted = await detector.fit(context, parsed);
          const applied = await detector.apply(context, fitted);
          const leftOut = await detector.leftOut!(context, parsed, fitted);
          for (let from = 0; from < HALF; from += 16) {
            const numbers = Array.from({ length: 16 }, (_, i) => from + i);
            const some = joinObservations(numbers.map((i) => own[i]));
            found.inSample.push(...(await applied.detect(some)).score.data);
            found.leftOut.push(...(await leftOut.detect(some, numbers)).score.data);
            found.unseen.push(...(await applied.detect(joinObservations(numbers.map((i) => other[i])))).score.data);
          }
          await Promise.all([applied.release(), leftOut.release()]);
        }
        const [expected, honest, fooled] = [found.unseen, found.leftOut, found.inSample].map(summary);
        const off = (values: readonly number[]) => values.map((value, i) => Math.abs(value / expected[i] - 1));
        assert.ok(off(honest).every((error) => error < most), `${name}: left out ${honest}, unseen ${expected}`);
        const [mean, , median, high] = off(fooled);
        assert.ok(
          [mean, median, high].every((error) => error > most),
          `${name}: in the sample ${fooled}, unseen ${expected}`,
        );
      }
    } finally {
      await loader.close();
      await backbone.release();
    }
  },
});
