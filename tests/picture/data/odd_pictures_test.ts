import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copiesToLeaveOut, describeCopies, findCopies } from "../../../lib/picture/data/copies.ts";
import { describeOdd } from "../../../lib/picture/data/odd_pictures.ts";
import { type Look, lookAt } from "../../../lib/picture/image/look.ts";

Deno.test("a look counts what it says, and grey is the same picture as RGB", () => {
  const grey = Uint8Array.from([10, 254, 255, 0, 100, 255]);
  const look = lookAt({ height: 2, width: 3, channels: 1, data: grey });
  const content = createHash("sha256").update("2 3 6\n").update(grey).digest("hex");
  assert.deepEqual(look, { height: 2, width: 3, content, low: 0, high: 255, mean: 874 / 6, clipped: 0.5 });
  const colours = Uint8Array.from([...grey].flatMap((value) => [value, value, value]));
  assert.deepEqual(lookAt({ height: 2, width: 3, channels: 3, data: colours }), look);
  // One sample more or less is another picture, as is another shape of the same bytes.
  const other = lookAt({ height: 2, width: 3, channels: 3, data: colours.with(17, 253) as Uint8Array<ArrayBuffer> });
  assert.notEqual(other.content, content);
  assert.deepEqual([other.clipped, other.mean], [2 / 6, (3 * 874 - 2) / 18]);
  assert.notEqual(lookAt({ height: 3, width: 2, channels: 1, data: grey }).content, content);
});

const usual: Look = { height: 480, width: 640, content: "", low: 5, high: 250, mean: 120, clipped: 0.01 };
const seen = (...odd: Partial<Look>[]) =>
  [...Array.from({ length: 20 }, () => ({})), ...odd].map((changes, i) => ({
    id: `${i}.png`,
    look: { ...usual, ...changes },
  }));

Deno.test("pictures unlike the others get a line a kind, with their number and the first names", () => {
  assert.deepEqual(describeOdd(seen()), []);
  assert.deepEqual(describeOdd([]), []);
  const cases: [Partial<Look>, string][] = [
    [{ mean: 2, high: 30 }, "black"],
    [{ mean: 252, low: 200, clipped: 0.9 }, "white"],
    [{ low: 99, high: 100, mean: 99.5 }, "of one colour all over"],
    [{ clipped: 0.4, mean: 200 }, "overexposed, unlike the others"],
    [{ width: 480 }, "stretched when all are brought to one size, as the others are 480 × 640"],
    [{ height: 120, width: 160 }, "much smaller than the others"],
  ];
  for (const [change, words] of cases) {
    assert.deepEqual(describeOdd(seen(change)), [`1 of 21 pictures is ${words}: "20.png"`]);
    assert.deepEqual(describeOdd(seen(change, change, change, change, change)), [
      `5 of 25 pictures are ${words}: "20.png", "21.png", "22.png" and 2 more`,
    ]);
  }
  // Where all have a white ground, that is how they are.
  assert.deepEqual(describeOdd(seen().map(({ id, look }) => ({ id, look: { ...look, clipped: 0.6 } }))), []);
});

Deno.test("pictures of other proportions than what they are brought to get a word, from half as much again", () => {
  assert.deepEqual(describeOdd(seen(), { height: 256, width: 256 }), []);
  const long = seen().map(({ id, look }) => ({ id, look: { ...look, width: 1440 } }));
  assert.deepEqual(describeOdd(long, { height: 256, width: 256 }), [
    "Pictures of 480 × 1440 pixels are brought to 256 × 256, which stretches them 3.0 times",
  ]);
  assert.deepEqual(describeOdd(long, { height: 128, width: 384 }), []);
});

const part = (id: string, content: string, split: "train" | "test" = "train", label: "good" | "bad" = "good") =>
  ({ id, content, split, label, path: id, unseen: false }) as const;

Deno.test("copies are left out where they would be judged or split, and pairs of both labels are all named", () => {
  const whole = [part("a", "1"), part("b", "2"), part("c", "1"), part("d", "1"), part("e", "2")];
  const copies = findCopies(whole);
  assert.deepEqual([...copies], [["c", "a"], ["d", "a"], ["e", "b"]]);
  assert.deepEqual([...copiesToLeaveOut(whole, copies)], ["c", "d", "e"]);
  assert.deepEqual(describeCopies(copies, new Set(["c", "d", "e"])), [
    '3 pictures are copies of others and left out: "c" of "a", "d" of "a", "e" of "b"',
  ]);
  assert.deepEqual(describeCopies(copies), ['3 pictures are copies of others: "c" of "a", "d" of "a", "e" of "b"']);

  // With a split of its own: what is trained on is not judged, wherever it stands in the list.
  const own = [part("t", "1", "test"), part("a", "1"), part("b", "1"), part("u", "2", "test"), part("v", "2", "test")];
  assert.deepEqual([...copiesToLeaveOut(own, findCopies(own))], ["t"]);

  const contrary = [part("a", "1"), part("b", "2"), part("c", "1", "train", "bad"), part("d", "2", "train", "bad")];
  assert.throws(() => findCopies(contrary), {
    message:
      'Cannot use the data set as "a" and "c", "b" and "d" are the same picture, once good and once bad: remove one of each',
  });
});
