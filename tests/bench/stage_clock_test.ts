import assert from "node:assert/strict";
import { latencyTable, openStageClock, type Spent } from "../../bench/stage_clock.ts";

function fakeClock() {
  let at: Spent = { wall: 100, cpu: 7 };
  return {
    now: () => at,
    pass: (wall: number, cpu: number) => at = { wall: at.wall + wall, cpu: at.cpu + cpu },
  };
}

Deno.test("a stage has its own time without that of stages inside it, summed over a repetition", async () => {
  const { now, pass } = fakeClock();
  const clock = openStageClock(now);
  await clock.time("warm", () => pass(50, 50));
  clock.lap();
  clock.reset();
  for (const factor of [1, 3]) {
    await clock.time("outer", async () => {
      pass(1 * factor, 2);
      for (let i = 0; i < 2; i++) clock.timeSync("inner", () => pass(10 * factor, 4));
      await clock.time("middle", () => clock.timeSync("inner", () => pass(5 * factor, 1)));
      pass(2 * factor, 3);
    });
    pass(1000, 1000);
    clock.lap();
  }
  assert.deepEqual(Object.fromEntries(clock.stages()), {
    inner: [{ wall: 25, cpu: 9 }, { wall: 75, cpu: 9 }],
    middle: [{ wall: 0, cpu: 0 }, { wall: 0, cpu: 0 }],
    outer: [{ wall: 3, cpu: 5 }, { wall: 9, cpu: 5 }],
  });
});

Deno.test("what a stage throws goes on, and its time counts", async () => {
  const { now, pass } = fakeClock();
  const clock = openStageClock(now);
  await assert.rejects(
    clock.time("outer", () =>
      clock.timeSync("inner", () => {
        pass(3, 2);
        throw new Error("broken");
      })),
    /broken/,
  );
  clock.lap();
  assert.deepEqual(Object.fromEntries(clock.stages()), {
    inner: [{ wall: 3, cpu: 2 }],
    outer: [{ wall: 0, cpu: 0 }],
  });
});

Deno.test("the table has medians a picture, and multiples of one stage", () => {
  const spent = (...walls: number[]): Spent[] => walls.map((wall) => ({ wall, cpu: 2 * wall }));
  const one = new Map([["decode", spent(1, 9, 2)], ["judge", spent(6, 6, 1)]]);
  const eight = new Map([["decode", spent(8, 8)], ["judge", spent(16, 32)]]);
  const table = latencyTable([{ batch: 1, stages: one }, { batch: 8, stages: eight }], "decode");
  assert.deepEqual(table.split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim())), [
    ["stage", "batch 1: ms", "CPU ms", "× decode", "batch 8: ms", "CPU ms", "× decode"],
    ["--------", "----------:", "-----:", "-------:", "----------:", "-----:", "-------:"],
    ["decode", "2.00", "4.00", "1.00", "1.00", "2.00", "1.00"],
    ["judge", "6.00", "12.00", "3.00", "3.00", "6.00", "3.00"],
    ["together", "7.00", "14.00", "3.50", "4.00", "8.00", "4.00"],
  ]);
});
