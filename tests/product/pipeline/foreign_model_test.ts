import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { defineFeature } from "../../../mod.ts";
import { fitFolder } from "../../../lib/product/make/fit.ts";
import { openGoodFolder } from "../../../lib/product/make/good_folder.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { readFeatures } from "../../../lib/product/run/read_pipeline.ts";
import { forgetHashes, put, run, withFolder, writeParts } from "../../app/cli/product.ts";

const quiet = { reporter: { say: () => {}, warn: () => {}, progress: () => {} }, signal: new AbortController().signal };

Deno.test("a model from elsewhere that names a module runs no code, in a program or on the command line", async () => {
  await withFolder(async (folder) => {
    await writeParts(join(folder, "parts"), 6, 1);
    const [model, cache, picture] = [join(folder, "model"), join(folder, "cache"), join(folder, "parts/bad/000.png")];
    const fitted = await openGoodFolder({
      ...{ data: join(folder, "parts"), cache, picture: { height: 64, width: 64 }, detectors: { mean_difference: {} } },
      ...{ seed: 0, device: "cpu", threads: 1, ...quiet },
    });
    await fitFolder(fitted, { seed: 0, falseAlarms: 0.01, out: model });
    await fitted.work.close();
    const [mark, evil, path] = [
      join(folder, "ran"),
      join(model, "models/evil.ts"),
      join(model, "models/model.json"),
    ];
    const code = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(mark)}, "ran");\n` +
      "export default { name: 'x', identity: 'x', columns: () => [], compute: () => {} };\n";
    await put(evil, code);
    await forgetHashes(model);
    const told = JSON.parse(await readFile(path, "utf8"));
    const names = [evil, pathToFileURL(evil).href, `data:text/typescript,${encodeURIComponent(code)}`, "evil.ts", ""];
    for (const file of names) {
      for (const part of ["features", "segments", "picture"]) {
        const changed = part === "features"
          ? { ...told, file, features: { name: "paper", identity: "x" } }
          : { ...told, file, features: { name: "x", identity: "x" }, [part]: { ...told[part], file } };
        await writeFile(path, JSON.stringify(changed));
        await assert.rejects(openScorer(model), { name: "TypeError" });
      }
    }
    await writeFile(path, JSON.stringify({ ...told, file: evil, features: { name: "mine", identity: "x" } }));
    const message =
      /^Cannot score with the feature set "mine" .* no code is loaded because a model names it.*--features MODULE/;
    await assert.rejects(openScorer(model), { name: "TypeError", message });
    const { code: exit, out, err } = await run("score", "--run", model, picture);
    assert.deepEqual([exit, out], [1, ""], err);
    assert.match(err, /^Error: Cannot score with the feature set "mine"/m);
    assert.ok(!existsSync(mark), "the module that the model names has run");
    // What the caller names is the caller's own, and only what the model was trained with is taken.
    const mine = defineFeature("mine", (pixels) => pixels[0]);
    await assert.rejects(openScorer(model, { features: mine }), { name: "TypeError", message: /trained with another/ });
    const scorer = await openScorer(model, { features: { ...mine, identity: "x" }, threads: 1 });
    assert.equal((await scorer.score([{ id: "a", photo: await scorer.read(picture) }])).length, 1);
    await scorer.close();
    assert.equal((await readFeatures(evil)).identity, "x");
    assert.ok(existsSync(mark), "the module does what it is tried for");
  });
});

/** The files that a module runs on, by its imports that are not of types alone, and those that it may load later. */
function modulesOf(url: URL, found = new Map<string, string>()): Map<string, string> {
  if (found.has(url.href)) return found;
  const text = readFileSync(fileURLToPath(url), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
  found.set(url.href, text);
  const imports = /^(?:im|ex)port (?!type\b)(?:[^;"]*? from )?"(\.[^"]+)";|\bimport\("(\.[^"]+)"\)/gm;
  for (const [, first, later] of text.matchAll(imports)) modulesOf(new URL(first ?? later, url), found);
  return found;
}

Deno.test("nothing that scoring stands on imports a module by a name that it has read", () => {
  const modules = modulesOf(new URL("../../../lib/product/model/score_files.ts", import.meta.url));
  assert.ok(modules.size > 100, `${modules.size} files`);
  // A path that stands in the code is no name that was read.
  const byName = /\bimport\s*\((?!"\.[^"$]+"\))|\beval\s*\(|\bnew Function\b/;
  for (const [file, text] of modules) assert.doesNotMatch(text, byName, file);
  for (
    const loaded of ["import(name)", "await import (`./${name}.ts`)", 'import("npm:" + name)', 'import("./a" + name)']
  ) {
    assert.match(loaded, byName);
  }
  const named = modulesOf(new URL("../../../lib/product/run/read_pipeline.ts", import.meta.url));
  assert.ok([...named.values()].some((text) => /\bimport\s*\(/.test(text)), "what the user names is imported");
});

Deno.test("scoring stands on models and methods alone: it reaches no file of a run, its steps or reports", () => {
  const modules = modulesOf(new URL("../../../lib/product/model/score_files.ts", import.meta.url));
  const others = [...modules.keys()].filter((file) => /\/lib\/(app|product\/(?!model\/))/.test(file));
  assert.deepEqual(others, []);
});
