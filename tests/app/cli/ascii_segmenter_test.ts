import assert from "node:assert/strict";

const { Segmenter } = Intl;
await import("../../../lib/app/cli/ascii_segmenter.ts");
const WhenNeeded = Intl.Segmenter;
Object.defineProperty(Intl, "Segmenter", { value: Segmenter, configurable: true, writable: true });

Deno.test("graphemes are those of Intl.Segmenter, whatever the text", () => {
  const texts = ["", "--run RUNDIR  a folder", "two\r\nlines", "a\tb", "e\u0301 é", "👩‍👩‍👧 family", "検査", "a…b"];
  for (const text of texts) {
    const [ours, real] = [new WhenNeeded(), new Segmenter()].map((one) => Array.from(one.segment(text)));
    assert.deepEqual(
      ours.map(({ segment, index }) => [segment, index]),
      real.map(({ segment, index }) => [segment, index]),
    );
  }
  const words = Array.from(
    new WhenNeeded("en", { granularity: "word" }).segment("two words"),
    ({ segment }) => segment,
  );
  assert.deepEqual(words, ["two", " ", "words"]);
  assert.equal(new WhenNeeded("en").resolvedOptions().granularity, "grapheme");
});
