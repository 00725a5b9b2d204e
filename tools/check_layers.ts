/**
 * Fails where a file of `lib/` imports a room that stands below its own, where files import each other in a circle, types
 * included, or where one uses what only one runtime has.
 *
 *     deno run --allow-read=. tools/check_layers.ts
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { ROOMS } from "./rooms.ts";

const rooms = Object.keys(ROOMS);

/**
 * Where a type is claimed that cannot be checked: the brand of tensors, functions of foreign libraries, and values of
 * graphs by the names of their layers. Elsewhere a cast over `unknown` would hide a value that nobody has looked at.
 */
const claims = [
  "lib/base/tensor/tensor.ts",
  "lib/base/io/kernel.ts",
  "lib/app/cli/xgboost_ffi.ts",
  "lib/engine/graph/batch_statistics.ts",
  "lib/method/backbone/lite0.ts",
];
/** The types of `lib/base/tensor` and `lib/domain.ts` that are tensors. */
const tensors = "Tensor|Photo|Image|AnomalyMap|Labels|SegmentStats|Features|Score|AnyTensor|FeatureMaps|Detection";
const cast = new RegExp(`\\bas unknown as\\b|[\\w)\\]] as (?:readonly )?(?:${tensors})\\b`);
/**
 * Errors are told apart by class. What looks at their text or name breaks with the next word that is mended; only the words
 * of a foreign library, where there is nothing else, are read, in one place.
 */
const told = new RegExp(
  [
    "\\bmessage\\??\\.(?:includes|startsWith|endsWith|match|matchAll|search|indexOf)\\(",
    "\\.(?:test|exec)\\([^()\\n]*(?:\\([^()]*\\)[^()\\n]*)*\\bmessage\\b",
    "\\b(?:error|cause|reason|current)\\w*\\??\\.name [!=]==?",
    '\\.name [!=]==? "\\w*Error"',
  ].join("|"),
);
const foreignWords = "lib/engine/session/runtime_words.ts";
/** Packages of their own, which know nothing of `lib/`, by their entries. */
const entry = /^\.\.\/packages\/[\w-]+\/mod\.ts$/;
/** The one place for what only Deno has. */
const adapter = "lib/app/";

export function findViolations(root: string): string[] {
  const violations: string[] = [];
  const imports = new Map<string, string[]>();
  for (const file of listFiles(join(root, "lib"))) {
    const name = relative(root, file);
    const room = roomOf(relative(join(root, "lib"), file));
    const level = rooms.indexOf(room);
    if (level < 0) {
      violations.push(`${name}: the room "${room}" has no place in the order of tools/check_layers.ts`);
      continue;
    }
    const text = readFileSync(file, "utf8");
    imports.set(
      relative(join(root, "lib"), file),
      importsOf(file, text).map((path) => relative(join(root, "lib"), path)),
    );
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
      const target = relative(join(root, "lib"), resolve(dirname(file), specifier));
      if (entry.test(target)) continue;
      if (target.startsWith("..")) {
        violations.push(`${name}: imports "${specifier}" from outside lib`);
        continue;
      }
      const targetLevel = rooms.indexOf(roomOf(target));
      if (targetLevel < 0 || targetLevel > level) {
        violations.push(`${name}: imports "${specifier}", which stands below it in the flow`);
      }
    }
    if (/\bas any\b|: any\b|@ts-ignore/.test(text)) violations.push(`${name}: has a hole in its types`);
    if (!claims.includes(name) && cast.test(stripComments(text))) {
      violations.push(`${name}: casts to a tensor: only lib/base/tensor/tensor.ts may, see its expectTensor`);
    }
    if (name !== foreignWords && told.test(stripComments(text))) {
      violations.push(`${name}: tells errors apart by their words: catch them by class, see lib/base/text/errors.ts`);
    }
    if (!name.startsWith(adapter) && /\bDeno\.\w/.test(stripComments(text))) {
      violations.push(`${name}: uses Deno.* outside ${adapter}`);
    }
    if (/from "onnxruntime-node"/.test(text) && room !== "engine/session") {
      violations.push(`${name}: imports onnxruntime-node outside lib/engine/session`);
    }
  }
  for (const circle of findCircles(imports)) {
    violations.push(`lib: files import each other in a circle: ${[...circle, circle[0]].join(" → ")}`);
  }
  return violations;
}

/** The files that a file imports, types included; an example in a comment imports nothing. */
function importsOf(file: string, text: string): string[] {
  const found = stripBlockComments(text).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return Array.from(found, ([, specifier]) => resolve(dirname(file), specifier));
}

/** Circles of imports, each as the way round; at least one where there is any. */
export function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): void {
    const begun = path.indexOf(file);
    if (begun >= 0) circles.push(path.slice(begun));
    if (begun >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of imports.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  }
  for (const file of imports.keys()) visit(file);
  return circles;
}

/** The room of a file by its path below `lib/`: two folders, or none for what stands in `lib/` itself. */
function roomOf(path: string): string {
  return path.split("/").slice(0, -1).slice(0, 2).join("/");
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) return listFiles(path);
    return /\.tsx?$/.test(entry) && !/\.generated\.ts$/.test(entry) ? [path] : [];
  });
}

function stripComments(text: string): string {
  return stripBlockComments(text).replaceAll(/\/\/.*$/gm, "");
}

function stripBlockComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
}

if (import.meta.main) {
  const violations = findViolations(process.cwd());
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) process.exit(1);
}
