import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownOf } from "../../../lib/base/text/own.ts";
import { ROOT } from "../../app/cli/product.ts";

Deno.test("a name finds what a record holds itself, whatever it is called", () => {
  const names = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"];
  for (const name of names) {
    assert.equal(ownOf({ a: 1 }, name), undefined, name);
    assert.equal(ownOf(Object.fromEntries([[name, 7]]), name), 7, name);
  }
  assert.equal(ownOf<number>(undefined, "a"), undefined);
});

/** A file without its comments, texts and patterns; what is put into texts stays. */
function codeOf(text: string): string {
  /** Of texts with something put into them: how many braces were open around each. */
  const around: number[] = [];
  let [code, open, at] = ["", 0, 0];
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    at += pattern.exec(text)?.[0].length ?? 1;
  };
  /** To the end of a text, or to what is put into it. */
  const quoted = () => {
    skip(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y);
    if (text[at] === "$") {
      around.push(open);
      [code, open] = [`${code} ; `, 0];
      at++;
    }
    at++;
  };
  while (at < text.length) {
    const one = text[at];
    if (text.startsWith("//", at)) skip(/.*/y);
    else if (text.startsWith("/*", at)) skip(/\/\*[\s\S]*?\*\//y);
    else if (one === '"' || one === "'") skip(/(["'])(?:[^\\\n]|\\.)*?\1/y);
    else if (one === "/" && /(?:[(,=:[!&|?{};]|\breturn)\s*$/.test(code)) {
      skip(/\/(?:\[(?:[^\]\\]|\\.)*\]|[^/\\[]|\\.)+\/\w*/y);
    } else if (one === "`") {
      at++;
      quoted();
    } else if (one === "}" && open === 0 && around.length > 0) {
      open = around.pop()!;
      code += " ; ";
      at++;
      quoted();
    } else {
      open += one === "{" ? 1 : one === "}" ? -1 : 0;
      code += one;
      at++;
    }
  }
  return code;
}

const ASKED = /(?<!\b(?:const|let) )(?<![\w.\[])(?!in\b)\w[\w.]* in (?!keyof\b)[\w(]+/g;

Deno.test("what is asked by `in` is found beside texts, comments and patterns that have the word", () => {
  const text = '// a in b\n/* c in d */ f("g in h", `i in j ${k in l} m ${n`o in ${p.q in r}`}`, /s in t/, "u" in v);';
  assert.deepEqual([...codeOf(text).matchAll(ASKED)].map(([found]) => found), ["k in l", "p.q in r"]);
});

Deno.test("no code asks by `in` for a name that it does not spell itself: every object has a constructor", async () => {
  const files: string[] = [];
  for (const folder of ["lib", "packages", "tools"]) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    files.push(
      ...names.filter((name) => /(?<!\.generated|\.as)\.ts$/.test(name)).map((name) => join(ROOT, folder, name)),
    );
  }
  assert.ok(files.length > 300);
  for (const file of files) {
    const code = codeOf(await readFile(file, "utf8"));
    // Left are loops over keys, and types.
    const odd = [...code.matchAll(ASKED)].map(([match]) => match).filter((match) => !/^[A-Z]\w* in [A-Z]/.test(match));
    assert.deepEqual(odd, [], file);
  }
});
