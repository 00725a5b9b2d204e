import assert from "node:assert/strict";
import { openGate } from "../../../lib/base/workers/gate.ts";

Deno.test("closing waits for all work, also for what fails, and frees once", async () => {
  const gate = openGate("score", "the scorer");
  const told: string[] = [];
  const slow = (name: string) =>
    new Promise<string>((resolve) => setTimeout(() => (told.push(name), resolve(name)), 20));
  const first = gate.run(() => slow("first"));
  const failing = gate.run(async () => {
    await slow("second");
    throw new Error("broken");
  });
  const free = () => Promise.resolve(void told.push("freed"));
  const closing = [gate.close(free), gate.close(free)];
  await assert.rejects(gate.run(() => slow("late")), { message: "Cannot score as the scorer is closed" });
  await assert.rejects(failing, { message: "broken" });
  assert.equal(await first, "first");
  await Promise.all(closing);
  assert.deepEqual(told, ["first", "second", "freed"]);
});

Deno.test("work that throws at once leaves the gate open", async () => {
  const gate = openGate("score", "the scorer");
  await assert.rejects(
    gate.run(() => {
      throw new TypeError("wrong");
    }),
    TypeError,
  );
  assert.equal(await gate.run(() => Promise.resolve(3)), 3);
});
