/**
 * All tests, several files in one thread: a file on its own loads the same code and warms it up again, which is a quarter of the
 * whole time. What fails is told with its own file and line.
 *
 *     deno task test:all                              # all
 *     deno task test:all tests/base tests/product/report   # those of some folders
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Files of a thread: with more, the last threads would go on for long while the other cores rest. */
const TOGETHER = 8;
/** Where the longest are, which come first for the same reason. */
const FIRST = ["tests/app", "tests/product", "tests/method"];

/** Test files below some folders, those of a folder together, the longest first. */
async function testFiles(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    ["tests", "packages"].map(async (folder) =>
      (await readdir(join(ROOT, folder), { recursive: true })).map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    ),
  );
  const rank = (path: string) => {
    const place = FIRST.findIndex((folder) => path.startsWith(`${folder}/`));
    return place < 0 ? FIRST.length : place;
  };
  const isWanted = (path: string) => folders.length === 0 || folders.some((folder) => path.startsWith(`${folder}/`));
  return found.flat().filter((path) => path.endsWith("_test.ts") && isWanted(path))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Files of one folder and of those beside it, a few at a time. */
export function groupsOf(files: readonly string[]): string[][] {
  const groups: string[][] = [];
  /** `tests/product/model` is near `tests/product/decide`. */
  const near = (path: string) => dirname(path).split("/").slice(0, 2).join("/");
  for (const file of files) {
    const last = groups.at(-1);
    if (last && last.length < TOGETHER && near(last[0]) === near(file)) last.push(file);
    else groups.push([file]);
  }
  return groups;
}

if (import.meta.main) {
  const folder = await mkdtemp(join(tmpdir(), "segad-tests-"));
  try {
    const paths: string[] = [];
    for (const [i, files] of groupsOf(await testFiles(Deno.args)).entries()) {
      const name = dirname(files[0]).replaceAll("/", ".");
      const path = join(folder, `${String(i).padStart(3, "0")}.${name}_test.js`);
      await writeFile(path, files.map((file) => `import "${pathToFileURL(join(ROOT, file))}";\n`).join(""));
      paths.push(path);
    }
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "test:some", "--no-check", ...paths],
      cwd: ROOT,
      ...{ stdin: "null", stdout: "inherit", stderr: "inherit" },
    }).output();
    Deno.exitCode = code;
  } finally {
    await rm(folder, { recursive: true });
  }
}
