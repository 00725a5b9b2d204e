/**
 * Writes the map of rooms in ARCHITECTURE.md from the `@module` lines of the files of `lib/`; with `--check` it fails where
 * the map is another one.
 *
 *     deno run --allow-read=. --allow-write=ARCHITECTURE.md tools/architecture.ts [--check]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { ROOMS } from "./rooms.ts";

const BEGIN = "<!-- The map is written by `deno task architecture` -->";
const END = "<!-- The end of the map -->";

/**
 * What a file says of itself: the first sentence of its `@module` comment.
 *
 * @throws {SyntaxError} where it has none
 */
export function moduleLine(text: string, path: string): string {
  const comment = /^\/\*\*((?:(?!\*\/)[\s\S])*?)@module/.exec(text)?.[1];
  const words = comment?.replaceAll(/^\s*\* ?/gm, "").trim().split("\n\n")[0].replaceAll(/\s+/g, " ") ?? "";
  const [sentence] = /^.*?(?=[.:](?: |$)|$)/.exec(words)!;
  if (sentence === "") {
    throw new SyntaxError(`Cannot map "${path}" as it does not begin with a comment that has @module`);
  }
  return sentence;
}

/** The map: a table of rooms, and behind each the files that are in it. */
export function mapOf(lib: string): string {
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/")).filter((path) => /(?<!\.generated|\.as)\.ts$/.test(path)).sort();
  const sections = Object.entries(ROOMS).map(([room, about]) => {
    const own = files.filter((path) => dirname(path).split("/").slice(0, 2).join("/").replace(/^\.$/, "") === room);
    const lines = own.map((path) => {
      const name = room === "" ? path : path.slice(room.length + 1);
      return `- \`${name}\`: ${moduleLine(readFileSync(join(lib, path), "utf8"), path)}`;
    });
    const title = room === "" ? "lib" : `lib/${room}`;
    return `<details><summary><code>${title}</code>: ${about}</summary>\n\n${lines.join("\n")}\n\n</details>`;
  });
  return sections.join("\n\n");
}

/** The document with this map between its marks. */
export function withMap(document: string, map: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new SyntaxError(`Cannot write the map as the document lacks "${BEGIN}" or "${END}"`);
  }
  return `${document.slice(0, begin + BEGIN.length)}\n\n${map}\n\n${document.slice(end)}`;
}

if (import.meta.main) {
  const document = readFileSync("ARCHITECTURE.md", "utf8");
  const written = withMap(document, mapOf("lib"));
  if (!process.argv.includes("--check")) writeFileSync("ARCHITECTURE.md", written);
  else if (written !== document) {
    console.error("The map in ARCHITECTURE.md is not that of lib/: run deno task architecture");
    process.exit(1);
  }
}
