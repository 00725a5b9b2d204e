import assert from "node:assert/strict";
import { csvHeader, csvLine, jsonLine } from "../../../lib/product/model/score_lines.ts";

const read = { file: "a.png", score: 1.5, decision: "bad", reason: "solder_dots: above 99 %" } as const;
const unread = { file: "b, c.png", error: "Cannot decode it\n  because it is text" };

Deno.test("lines of both forms have the same fields, of files that were read and of others", () => {
  const fields = csvHeader.split(",");
  assert.equal(csvLine(read), "a.png,1.5,bad,solder_dots: above 99 %");
  assert.equal(csvLine({ ...read, decision: "review" }), "a.png,1.5,review,solder_dots: above 99 %");
  assert.equal(csvLine(unread), '"b, c.png",,unread,Cannot decode it because it is text');
  assert.deepEqual(JSON.parse(jsonLine(read)), read);
  assert.deepEqual(JSON.parse(jsonLine(unread)), {
    file: "b, c.png",
    score: null,
    decision: "unread",
    reason: "Cannot decode it\n  because it is text",
  });
  for (const line of [read, unread].map(jsonLine)) {
    assert.deepEqual(Object.keys(JSON.parse(line)), fields);
    assert.ok(!line.includes("\n"));
  }
});

Deno.test("a name with a line break keeps it, and is another file than the one without", () => {
  assert.equal(csvLine({ ...read, file: "a\nb.png" }), '"a\nb.png",1.5,bad,solder_dots: above 99 %');
  assert.equal(csvLine({ ...read, file: "a b.png" }), "a b.png,1.5,bad,solder_dots: above 99 %");
  assert.equal(csvLine({ ...read, file: "=cmd\n.png" }), '"\'=cmd\n.png",1.5,bad,solder_dots: above 99 %');
});
