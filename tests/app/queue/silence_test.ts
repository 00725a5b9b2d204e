import assert from "node:assert/strict";
import { openSilence } from "../../../lib/app/queue/silence.ts";

/** Timers whose time is told. */
function openTimers() {
  const waiting = new Map<number, { readonly at: number; readonly then: () => void }>();
  let [now, next] = [0, 0];
  return {
    after(wait: number, then: () => void) {
      const id = next++;
      waiting.set(id, { at: now + wait, then });
      return () => void waiting.delete(id);
    },
    pass(time: number) {
      now += time;
      for (const [id, { at, then }] of waiting) if (at <= now && waiting.delete(id)) then();
    },
  };
}

Deno.test("what says something again and again is not late, however long it takes; what says nothing is, once", () => {
  const timers = openTimers();
  let late = 0;
  const silence = openSilence(60, () => late++, timers.after);
  for (let i = 0; i < 10; i++) {
    timers.pass(59);
    silence.broken();
  }
  assert.equal(late, 0);
  timers.pass(60);
  timers.pass(600);
  assert.equal(late, 1);
});

Deno.test("what is over is not late", () => {
  const timers = openTimers();
  let late = 0;
  const silence = openSilence(60, () => late++, timers.after);
  silence.broken();
  silence.over();
  timers.pass(600);
  assert.equal(late, 0);
});
