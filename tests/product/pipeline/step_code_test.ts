import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { STEP_CODE } from "../../../lib/product/run/open_workspace.ts";
import { ROOT } from "../../app/cli/product.ts";

const LIB = join(ROOT, "lib");
/** Carries, keeps and tells what others have made, and changes no number; what it imports is not followed. */
const PLUMBING = [
  ...["base/io/asset.ts", "base/io/atomic.ts", "base/io/hash.ts", "base/text/", "base/workers/"],
  ...["experiment/failures", "run/cache", "run/cache_entry", "run/timings"].map((file) => `product/${file}.ts`),
];
/** Where each kind of step begins; detectors, classifiers and backbones are looked up by name. */
const BEGINNINGS: Record<keyof typeof STEP_CODE, readonly string[]> = {
  maps: [
    ...[
      "product/run/fit_step.ts",
      "product/run/map_step.ts",
      "product/run/picture_memory.ts",
      "method/detect/table.ts",
    ],
    ...["method/backbone/embedded.ts", "method/backbone/load.ts", "picture/image/loader.ts"],
  ],
  classifiers: ["product/run/classify_step.ts", "product/run/picture_memory.ts", "method/classify/table.ts"],
  features: ["product/run/feature_step.ts", "method/features/paper.ts", "method/features/define_feature.ts"],
  forests: ["product/run/forest_step.ts"],
  pixels: ["product/run/pixel_step.ts"],
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
  for (const kind of Object.keys(BEGINNINGS) as (keyof typeof STEP_CODE)[]) {
    const places = STEP_CODE[kind];
    for (const place of places) assert.ok(existsSync(join(LIB, place)), place);
    const closure = closureOf(BEGINNINGS[kind]);
    assert.ok(closure.length > 10, `${kind}: ${closure}`);
    const missing = closure.filter((file) => !places.some((place) => file === place || file.startsWith(`${place}/`)));
    assert.deepEqual(missing, [], kind);
  }
});
