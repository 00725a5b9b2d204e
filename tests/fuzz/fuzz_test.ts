/** All parsers on their corpus and a second of changes; `deno task fuzz` takes a minute each. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { CORPUS, fuzz, readCorpus } from "./fuzz.ts";
import { inputOf } from "./mutate.ts";
import { foreign, PARSERS } from "./parsers.ts";

Deno.test("every parser has files to begin from, and no folder is of none", async () => {
  assert.deepEqual((await readdir(CORPUS)).sort(), Object.keys(PARSERS).sort());
  for (const parser of Object.keys(PARSERS)) assert.ok((await readCorpus(parser)).length > 0, parser);
});

for (const parser of Object.keys(PARSERS)) {
  Deno.test(`${parser}: changed files give a value or an error of ours, in bounded time and memory`, async () => {
    const { tries, failures } = await fuzz(parser, { seed: 1, seconds: 1, corpus: await readCorpus(parser) });
    assert.ok(tries > 0);
    assert.deepEqual(failures.map(({ reason }) => reason), []);
  });
}

Deno.test("the same numbers give the same changes, and others give others", () => {
  const corpus = [new TextEncoder().encode('{"a": [1, 2, 3], "b": "text"}'), new Uint8Array(40)];
  const inputs = Array.from({ length: 300 }, (_, i) => String(inputOf(corpus, 7, i)));
  assert.deepEqual(inputs, Array.from({ length: 300 }, (_, i) => String(inputOf(corpus, 7, i))));
  assert.deepEqual(inputs.slice(0, 2), corpus.map(String));
  assert.ok(new Set(inputs).size > 250);
  assert.ok(inputs.some((input, i) => input !== String(inputOf(corpus, 8, i))));
});

Deno.test("what V8 says of our own mistakes is no error of ours, though it begins as one", () => {
  const mistakes = [
    () => (undefined as unknown as { a: number }).a,
    () => Object.keys(undefined as unknown as object),
    () => 1n + (1 as unknown as bigint),
    () => new Float32Array(-1),
    () => JSON.parse("{"),
  ];
  for (const mistake of mistakes) {
    try {
      mistake();
      assert.fail();
    } catch (error) {
      assert.ok(foreign(error) !== undefined, String(error));
    }
  }
  assert.equal(foreign(new SyntaxError('Cannot read "it" as it is truncated')), undefined);
});
