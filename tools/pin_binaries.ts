/**
 * tools/binaries.sha256: the SHA-256 of every committed file that is no text, so that none changes unseen.
 *
 *     deno task pin            # after a binary was made anew on purpose
 *     deno task pin --check    # fails where one differs, is missing or is not listed; `sha256sum --check` reads the list too
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const FILE = "tools/binaries.sha256";
/** As much of a file as git looks at for a zero. */
const LOOKED_AT = 8000;

/** Files that git knows and takes for binary; undefined where there is no git. */
function committedBinaries(): string[] | undefined {
  let listed: string;
  try {
    listed = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
  const files = listed.split("\0").filter((path) => path !== "" && existsSync(path));
  return files.filter((path) => readFileSync(path).subarray(0, LOOKED_AT).includes(0)).sort();
}

/** What differs between a list of `hash  path` and the files. */
export function findChanges(list: string, hashOf: (path: string) => string | undefined, known?: string[]): string[] {
  const pinned = new Map(list.trim().split("\n").map((line) => [line.slice(66), line.slice(0, 64)]));
  const changes: string[] = [];
  for (const [path, hash] of pinned) {
    const now = hashOf(path);
    if (now !== hash) changes.push(`${path}: ${now === undefined ? "is missing" : "is not the file that was pinned"}`);
  }
  for (const path of known ?? []) if (!pinned.has(path)) changes.push(`${path}: is not pinned`);
  return changes;
}

function sha256(path: string): string | undefined {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : undefined;
}

if (import.meta.main) {
  const binaries = committedBinaries();
  if (process.argv.includes("--check")) {
    if (!binaries) console.log("git is not here, so only the binaries that are pinned are compared");
    const changes = findChanges(readFileSync(FILE, "utf8"), sha256, binaries);
    for (const change of changes) console.error(`${change}; see tools/pin_binaries.ts`);
    if (changes.length > 0) process.exit(1);
  } else if (binaries) writeFileSync(FILE, binaries.map((path) => `${sha256(path)}  ${path}\n`).join(""));
  else throw new Error("Cannot pin binaries as git does not say which files are committed");
}
