/**
 * Fails where a file of `lib/` imports a folder that stands below its own in the flow, or uses what only one runtime has.
 *
 *     deno run --allow-read=. tools/check_layers.ts
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";

/** The folders in the order of the flow. A folder imports itself, `base` folders and folders above it. */
const order = [
  ["tensor", "io", "workers"],
  ["graph", "session"],
  ["train"],
  ["image"],
  ["segment"],
  ["data"],
  ["backbone"],
  ["detect"],
  ["classify"],
  ["pretrain"],
  ["stats"],
  ["features"],
  ["forest"],
  ["evaluate"],
  ["pipeline"],
  ["report"],
  ["cli"],
];
const rank = new Map(order.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)));
/**
 * Where a type is claimed that cannot be checked: the brand of tensors, functions of foreign libraries, and values of
 * graphs by the names of their layers. Elsewhere a cast over `unknown` would hide a value that nobody has looked at.
 */
const claims = [
  "lib/tensor/tensor.ts",
  "lib/io/kernel.ts",
  "lib/forest/wasm_library.ts",
  "lib/cli/xgboost_ffi.ts",
  "lib/graph/batch_statistics.ts",
  "lib/backbone/lite0.ts",
];
/** The types of `lib/tensor` and `lib/domain.ts` that are tensors. */
const tensors = "Tensor|Photo|Image|AnomalyMap|Labels|SegmentStats|Features|Score|AnyTensor|FeatureMaps|Detection";
const cast = new RegExp(`\\bas unknown as\\b|[\\w)\\]] as (?:readonly )?(?:${tensors})\\b`);
/** The one place for what only Deno has. */
const adapter = "lib/cli/";

export function findViolations(root: string): string[] {
  const violations: string[] = [];
  for (const file of listFiles(join(root, "lib"))) {
    const name = relative(root, file);
    const folder = name.split("/").length > 2 ? name.split("/")[1] : "";
    const level = folder === "" ? 0 : rank.get(folder);
    if (level === undefined) {
      violations.push(`${name}: the folder "${folder}" has no place in the order of tools/check_layers.ts`);
      continue;
    }
    const text = readFileSync(file, "utf8");
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
      const target = relative(join(root, "lib"), resolve(dirname(file), specifier));
      if (target.startsWith("..")) {
        violations.push(`${name}: imports "${specifier}" from outside lib`);
        continue;
      }
      const targetFolder = target.includes("/") ? target.split("/")[0] : "";
      const targetLevel = targetFolder === "" ? 0 : rank.get(targetFolder);
      if (targetLevel === undefined || targetLevel > level) {
        violations.push(`${name}: imports "${specifier}", which stands below it in the flow`);
      }
    }
    if (/\bas any\b|: any\b|@ts-ignore/.test(text)) violations.push(`${name}: has a hole in its types`);
    if (!claims.includes(name) && cast.test(stripComments(text))) {
      violations.push(`${name}: casts to a tensor: only lib/tensor/tensor.ts may, see its expectTensor`);
    }
    if (!name.startsWith(adapter) && /\bDeno\.\w/.test(stripComments(text))) {
      violations.push(`${name}: uses Deno.* outside ${adapter}`);
    }
    if (/from "onnxruntime-node"/.test(text) && folder !== "session") {
      violations.push(`${name}: imports onnxruntime-node outside lib/session`);
    }
  }
  return violations;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) return listFiles(path);
    return /\.tsx?$/.test(entry) && !/\.generated\.ts$/.test(entry) ? [path] : [];
  });
}

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
}

if (import.meta.main) {
  const violations = findViolations(process.cwd());
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) process.exit(1);
}
