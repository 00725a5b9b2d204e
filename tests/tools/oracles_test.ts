import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../app/cli/product.ts";

const text = readFileSync(join(ROOT, "tests/README.md"), "utf8");

Deno.test("every fixture and every script that makes some stands in the list of oracles, and nothing else does", () => {
  const fixtures = ["tests", "packages"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) =>
        entry.isFile() && /\/fixtures(\/|$)/.test(entry.parentPath) && /\.(json|ubj)$/.test(entry.name)
      )
      .map(({ name }) => name)
  );
  assert.ok(fixtures.length > 30);
  for (const name of fixtures) assert.ok(text.includes(`\`${name}\``), name);
  const scripts = readdirSync(join(ROOT, "tools/oracles")).filter((name) => name.endsWith(".py"));
  for (const script of scripts) assert.ok(text.includes(`\`${basename(script, ".py")}\``), script);
  const listed = text.slice(text.indexOf("## Which oracle")).match(/`[a-z0-9_]+\.(json|ubj)`/g) ?? [];
  for (const name of listed) assert.ok(fixtures.includes(name.slice(1, -1)), name);
});
