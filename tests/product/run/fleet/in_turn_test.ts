import assert from "node:assert/strict";
import fc from "fast-check";
import { inTurn } from "../../../../lib/product/run/fleet/in_turn.ts";

const never = new AbortController().signal;

Deno.test("results come in the order of the pieces, with no more at once and ahead than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (delays, atOnce, ahead) => {
        let [running, most, begun, taken] = [0, 0, 0, 0];
        const results: number[] = [];
        async function work(delay: number): Promise<number> {
          most = Math.max(most, ++running);
          assert.ok(++begun - taken <= ahead, "what has begun and was not taken is bounded");
          for (let i = 0; i < delay; i++) await Promise.resolve();
          running--;
          return delay * 10;
        }
        for await (const result of inTurn(delays, work, { atOnce: () => atOnce, ahead: () => ahead }, never)) {
          results.push(result);
          taken++;
        }
        assert.deepEqual(results, delays.map((delay) => delay * 10));
        assert.ok(most <= atOnce);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a piece that fails ends all, and so does who stops it", async () => {
  const limits = { atOnce: () => 3, ahead: () => 9 };
  const failing = (piece: number) =>
    piece === 2 ? Promise.reject(new RangeError("two")) : new Promise<number>(() => {});
  await assert.rejects(Array.fromAsync(inTurn([1, 2, 3], failing, limits, never)), RangeError);
  const controller = new AbortController();
  const waiting = Array.fromAsync(inTurn([1], () => new Promise<number>(() => {}), limits, controller.signal));
  controller.abort(new TypeError("stopped"));
  await assert.rejects(waiting, TypeError);
});

Deno.test("pieces are asked for when there is room for them, and no sooner", async () => {
  let asked = 0;
  function* pieces() {
    for (; asked < 1000; asked++) yield asked;
  }
  const results = inTurn(pieces(), (piece) => Promise.resolve(piece), { atOnce: () => 4, ahead: () => 8 }, never);
  await results.next();
  assert.ok(asked <= 9, `${asked} were asked for`);
  await results.return(undefined);
});
