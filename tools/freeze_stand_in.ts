/**
 * Writes tests/picture/data/fixtures/stand_in_v<version>.json: block means of some parts and the plans of all sizes, by which a
 * test sees that a version of the stand-in still draws what it drew. Run it for a new version only.
 *
 *     deno run --allow-read --allow-write --allow-env tools/freeze_stand_in.ts
 */
import { DEFECT_KINDS } from "../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../lib/picture/stand_in/part.ts";
import { STAND_IN_COUNTS, standInPlan, type StandInSize } from "../lib/picture/stand_in/plan.ts";
import { renderPart } from "../lib/picture/stand_in/render.ts";
import { STAND_IN_VERSION } from "../lib/picture/stand_in/version.ts";
import { writeFileAtomic } from "../lib/base/io/atomic.ts";
import { canonicalJson, sha256 } from "../lib/base/io/hash.ts";

const seed = 20;
const kinds = ["good", "good", "good", ...DEFECT_KINDS.filter((_, i) => i % 4 === 0)] as const;
const parts = kinds.map((kind, index) => {
  const { data } = renderPart(partSpec({ seed, index, kind }));
  const sums = new Float64Array(256);
  for (let y = 0; y < 512; y++) {
    for (let x = 0; x < 512; x++) sums[(y >> 5) * 16 + (x >> 5)] += data[3 * (y * 512 + x) + 1];
  }
  return { kind, index, means: Array.from(sums, (sum) => Math.round(sum / 1024)) };
});
const path = `tests/picture/data/fixtures/stand_in_v${STAND_IN_VERSION}.json`;
const plans = Object.fromEntries((Object.keys(STAND_IN_COUNTS) as StandInSize[]).map((size) => {
  const plan = standInPlan({ size, seed: 0 });
  const files = plan.parts.map(({ path, request: { index, kind } }) => [path, index, kind]);
  return [size, sha256(canonicalJson([files, plan.lowShot]))];
}));
await writeFileAtomic(path, JSON.stringify({ seed, parts, plans }) + "\n");
