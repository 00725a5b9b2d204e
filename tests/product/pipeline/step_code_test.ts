import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { STEPS } from "../../../lib/product/run/steps/steps.ts";
import { type Kind, KINDS } from "../../../lib/product/run/steps/task.ts";
import { ROOT } from "../../app/cli/product.ts";

const LIB = join(ROOT, "lib");
/** Carries, keeps and tells what others have made, and changes no number; what it imports is not followed. */
const PLUMBING = [
  ...["base/io/asset.ts", "base/io/atomic.ts", "base/io/hash.ts", "base/io/sealed_folder.ts"],
  ...["base/text/", "base/workers/"],
  "product/experiment/failures.ts",
  ...["cache/cache", "cache/cache_entry", "cache/timings", "steps/pictures_of", "steps/resources"].map((file) =>
    `product/run/${file}.ts`
  ),
];
const SEEING = [
  ...["product/run/pictures/picture_memory.ts", "product/run/pictures/segments.ts", "product/run/steps/load_fitted.ts"],
  ...["method/backbone/embedded.ts", "method/backbone/load.ts", "picture/image/loader.ts"],
];
/** Where each kind of task begins; what resources open, and what is looked up by name. */
const BEGINNINGS: Record<Kind, readonly string[]> = {
  fit: ["product/run/steps/fit_step.ts", "method/detect/table.ts", ...SEEING],
  train: ["product/run/steps/train_step.ts", "method/classify/table.ts", ...SEEING],
  map: ["product/run/steps/map_step.ts", "method/detect/table.ts", ...SEEING],
  score: ["product/run/steps/score_step.ts"],
  classify: ["product/run/steps/classify_step.ts", "method/classify/table.ts", ...SEEING],
  // What a segment map holds stands in the key.
  feature: ["product/run/steps/feature_step.ts", "method/features/paper.ts", "method/features/define_feature.ts"],
  standard: ["product/run/steps/standard_step.ts", ...SEEING],
  evidence: ["product/run/steps/evidence_step.ts", ...SEEING],
  pixels: ["product/run/steps/pixel_step.ts"],
  forest: ["product/run/steps/forest_step.ts", "method/forest/runner.ts"],
};

/** The modules that a file runs: imports of types alone vanish, workers are named by `moduleBeside`. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(LIB, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const imports = [...text.matchAll(/^(?:import|export)\s+(?!type )([^;]*?)from\s+"(\.[^"]+)"/gm)]
    .filter(([, names]) => !/^\{(\s*type [^,}]*,?)+\s*\}\s*$/.test(names)).map(([, , path]) => path);
  const workers = [...text.matchAll(/moduleBeside\("(\w+)"/g)].map(([, name]) => `./${name}.ts`);
  return [...imports, ...workers].map((path) => relative(LIB, resolve(dirname(join(LIB, file)), path)));
}

function closureOf(files: readonly string[]): string[] {
  const seen = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || PLUMBING.some((place) => file!.startsWith(place))) continue;
    seen.add(file);
    waiting.push(...importsOf(file));
  }
  return [...seen].sort();
}

Deno.test("the keys of a step hold all code that it runs", () => {
  for (const kind of KINDS) {
    const places = STEPS[kind].code;
    for (const place of places) assert.ok(existsSync(join(LIB, place)), place);
    const closure = closureOf(BEGINNINGS[kind]);
    assert.ok(closure.length > (kind === "score" ? 6 : 10), `${kind}: ${closure}`);
    const missing = closure.filter((file) => !places.some((place) => file === place || file.startsWith(`${place}/`)));
    assert.deepEqual(missing, [], kind);
  }
});
