/** Choosing a memory bank, beside anomalib's KCenterGreedy. @module */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openBackbone } from "../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { selectCoreset } from "../../lib/method/detect/patchcore/coreset.ts";
import { openPatchFeatures } from "../../lib/method/detect/patch_features.ts";
import { openPointSet } from "../../lib/method/detect/patchcore/point_set.ts";
import {
  drawProjection,
  johnsonLindenstraussWidth,
  projectPoints,
} from "../../lib/method/detect/patchcore/random_projection.ts";
import { type Photo, photo } from "../../lib/domain.ts";
import { toImage } from "../../lib/picture/image/image.ts";
import { openLoader } from "../../lib/picture/image/loader.ts";
import { writeFileAtomic } from "../../lib/base/io/atomic.ts";
import { openRuntime } from "../../lib/engine/session/runtime.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import type { PeerCase } from "./case.ts";

/** 200 are 204,800 patches, for which anomalib takes minutes. */
const pictures = Number(process.env.SEGAD_CORESET_PICTURES ?? 40);
/** Whether to project first, as anomalib does even where that makes patches longer. */
const project = process.env.SEGAD_CORESET_PROJECT === "1";
const PATCHES = 1024;
const CHANNELS = 152;
const photographs = join(process.env.SEGAD_ELPV ?? "../shared/data/elpv", "images");

/** Photographs of solar cells where they are, else smooth textures. */
async function* photos(): AsyncGenerator<Photo> {
  if (existsSync(photographs)) {
    const loader = openLoader({ height: 256, width: 256, workers: 1 });
    const paths = readdirSync(photographs).sort().slice(0, pictures).map((file) => join(photographs, file));
    for await (const loaded of loader.load(paths)) {
      if ("error" in loaded) throw loaded.error;
      yield loaded.photo;
    }
    await loader.close();
  } else {
    const random = seededRandom(3);
    for (let n = 0; n < pictures; n++) {
      const [a, b, c] = [20 + 60 * random.uniform(), 20 + 60 * random.uniform(), 6 * random.uniform()];
      const data = Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => {
        const [y, x] = [Math.floor(i / 768), Math.floor(i / 3) % 256];
        return Math.max(0, Math.min(255, 128 + 60 * Math.sin(x / a + c) * Math.cos(y / b) + 12 * random.normal()));
      });
      yield photo([256, 256, 3], data);
    }
  }
}

/** The patches of the pictures, kept where coreset.py reads them, too. */
async function writeInput(): Promise<Float32Array> {
  const runtime = await openRuntime({ device: "cpu" });
  const backbone = await openBackbone(runtime, await embeddedBackbone(), ["stride8", "stride16"]);
  const extractor = openPatchFeatures(runtime, {
    detector: "PatchCore",
    layers: ["stride8", "stride16"],
    grid: "stride8",
    pool: 3,
  });
  const rows = new Float32Array(pictures * PATCHES * CHANNELS);
  let n = 0;
  for await (const photo of photos()) {
    const patches = await extractor.extract(await backbone.extract(toImage([photo])));
    rows.set(patches.data, n++ * PATCHES * CHANNELS);
  }
  await extractor.release();
  await backbone.release();
  await writeFileAtomic(join(tmpdir(), "segad-bench-coreset", "patches.f32"), new Uint8Array(rows.buffer));
  return rows;
}

const peer: PeerCase = {
  name: `coreset, ${pictures * PATCHES} × ${CHANNELS} to ${Math.floor(pictures * PATCHES / 100)}`,
  about:
    "exact greedy k-center of 1 % of all patches; the peer is anomalib's KCenterGreedy with its random projection" +
    (project ? ", ours with one of the same kind" : ", which ours leaves out as it would make patches longer"),
  script: "coreset.py",
  async ours(repeats) {
    const rows = await writeInput();
    const total = pictures * PATCHES;
    const seconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      const points = openPointSet(CHANNELS, total);
      points.append(rows);
      const random = seededRandom(repeat);
      const compared = project
        ? projectPoints(points, drawProjection(CHANNELS, johnsonLindenstraussWidth(total, 0.9), random))
        : points;
      await selectCoreset(compared, { count: Math.floor(total / 100), start: random.below(total) });
      seconds.push((performance.now() - start) / 1000);
    }
    return seconds;
  },
};
export default peer;
