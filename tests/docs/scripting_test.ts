import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { put, ROOT, withFolder, writeParts } from "../app/cli/product.ts";

/** The code of a page, its blocks one after the other. */
async function codeOf(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), "utf8");
  return [
    ...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms")),
  ].map(([, code]) => code);
}

Deno.test("the script of the page runs outside the repository, with the one line that the page and the README show", async () => {
  await withFolder(async (folder) => {
    const [line] = await codeOf("docs/scripting.md", "json");
    assert.ok(
      (await readFile(join(ROOT, "README.md"), "utf8")).includes(line.trim()),
      "the README shows the same line",
    );
    assert.equal(line.trim().split("\n").length, 1);
    await put(
      join(folder, "deno.json"),
      line.replace("../segad-for-deno", ROOT),
    );
    await copyFile(join(ROOT, "deno.lock"), join(folder, "deno.lock"));
    const blocks = await codeOf("docs/scripting.md", "ts");
    const statements = blocks[1].split("\n").filter((text) => /^\S.*;$/.test(text) && !text.startsWith("import "));
    assert.ok(
      statements.length > 0 && statements.length <= 22,
      `${statements.length} statements`,
    );
    const script = await put(join(folder, "script.ts"), blocks.join("\n"));
    await writeParts(join(folder, "parts"), 16, 8);
    // Parts that nothing has seen.
    await writeParts(join(folder, "fresh"), 1, 1, 7);
    const fresh = ["good", "bad"].map((label) => join(folder, `fresh/${label}/000.png`));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--check",
        "-A",
        script,
        join(folder, "parts"),
        ...fresh,
      ],
      cwd: folder,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const [good, bad] = new TextDecoder().decode(stdout).trim().split(" ").map(
      Number,
    );
    assert.ok(
      Number.isFinite(good) && good < bad,
      `the good part has ${good}, the bad one ${bad}`,
    );
  });
});
