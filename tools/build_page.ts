/**
 * Bundles the page of the station, `lib/app/serve/page/browser/main.tsx` with the packages that it needs, into a file of TypeScript
 * that is committed, so that serving it downloads and builds nothing.
 *
 *     deno task build:page            # writes lib/app/serve/page/page.generated.ts
 *     deno task build:page --check    # writes nothing; fails where the file is not what the sources give
 *
 * The same sources give the same file: the bundler comes with Deno, whose version is fixed, and the packages are locked.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const FOLDER = "lib/app/serve/page/browser";
const FILE = "lib/app/serve/page/page.generated.ts";

function bundle(): string {
  const options = ["bundle", "--quiet", "--config", `${FOLDER}/deno.json`, "--platform", "browser", "--minify"];
  const most = 64 * 1024 * 1024;
  return execFileSync(process.execPath, [...options, `${FOLDER}/main.tsx`], { encoding: "utf8", maxBuffer: most });
}

/** What the packages ask to be kept with copies of them. */
const NOTICE =
  "/*! Preact, its signals (MIT, Jason Miller and others), uPlot (MIT, Leon Sorokin): see THIRD_PARTY.md */\n";

function generate(): string {
  const style = readFileSync(`${FOLDER}/style.css`, "utf8");
  return `// Generated from ${FOLDER} by \`deno task build:page\`. Do not edit.

/** The page's only script. */
export const SCRIPT = ${JSON.stringify(NOTICE + bundle())};

/** The page's only style sheet. */
export const STYLE = ${JSON.stringify(style)};
`;
}

if (import.meta.main) {
  const text = generate();
  if (!process.argv.includes("--check")) writeFileSync(FILE, text);
  else if (readFileSync(FILE, "utf8") !== text) {
    console.error(`${FILE} is not what ${FOLDER} gives: run deno task build:page`);
    process.exit(1);
  }
}
