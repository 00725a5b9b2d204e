import assert from "node:assert/strict";
import { openPool } from "../../../lib/base/workers/pool.ts";

type Request = Float32Array<ArrayBuffer> | "throw" | "die" | "hang";
const url = new URL("./doubling_worker.ts", import.meta.url);

Deno.test("a pool answers every request, more than it has workers", async () => {
  const pool = openPool<Request, Float32Array>(url, 2);
  const requests = Array.from({ length: 9 }, (_, i) => new Float32Array([i, -i]));
  const answers = await Promise.all(requests.map((request) => pool.run(request)));
  assert.deepEqual(answers, requests.map((request) => request.map((x) => 2 * x)));
  await pool.close();
});

Deno.test("an error in a worker reaches the caller and the worker goes on", async () => {
  const pool = openPool<Request, Float32Array>(url, 1);
  await assert.rejects(pool.run("throw"), { name: "RangeError", message: "Cannot double this" });
  assert.deepEqual(await pool.run(new Float32Array([1])), new Float32Array([2]));
  await pool.close();
});

Deno.test("closing a pool rejects what is under way and what comes later", async () => {
  const pool = openPool<Request, Float32Array>(url, 1);
  const hanging = assert.rejects(pool.run("hang"), /closed/);
  const queued = assert.rejects(pool.run(new Float32Array([1])), /closed/);
  await pool.close();
  await hanging;
  await queued;
  await assert.rejects(pool.run(new Float32Array([1])), /closed/);
});
