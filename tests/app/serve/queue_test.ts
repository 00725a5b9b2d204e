/** The queue before the judge: what is taken together, what is refused, and what is waited for at the end. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../lib/app/serve/http/errors.ts";
import { openQueue } from "../../../lib/app/serve/queue.ts";

const LIMITS = { waiting: 100, preparing: 100, batch: 4, milliseconds: 10_000 };
const good = <T>(value: T): PromiseSettledResult<T> => ({ status: "fulfilled", value });

/** Something that is done when somebody says so. */
function gated() {
  const batches: { works: readonly number[]; go: () => void }[] = [];
  const take = (works: readonly number[]) =>
    new Promise<PromiseSettledResult<number>[]>((resolve) => {
      batches.push({ works, go: () => resolve(works.map((work) => good(10 * work))) });
    });
  return { batches, take };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("what comes alone is taken at once, what comes meanwhile together, up to a batch, in order", async () => {
  const { batches, take } = gated();
  const queue = openQueue<number, number>(LIMITS, take);
  const results = [queue.run(() => Promise.resolve(0))];
  await turn();
  for (let i = 1; i <= 6; i++) results.push(queue.run(() => Promise.resolve(i)));
  await turn();
  assert.deepEqual([batches.map(({ works }) => works), queue.depth()], [[[0]], { waiting: 6, running: 1 }]);
  for (const wanted of [[0], [1, 2, 3, 4], [5, 6]]) {
    assert.deepEqual(batches.at(-1)!.works, wanted);
    batches.at(-1)!.go();
    await turn();
  }
  assert.deepEqual(await Promise.all(results), [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(queue.depth(), { waiting: 0, running: 0 });
});

Deno.test("a full queue refuses at once, with a time that is whole seconds, and takes more when there is room", async () => {
  const { batches, take } = gated();
  const queue = openQueue<number, number>({ ...LIMITS, waiting: 2 }, take);
  const first = queue.run(() => Promise.resolve(0));
  await turn();
  const waiting = [1, 2].map((i) => queue.run(() => Promise.resolve(i)));
  const error: ServiceError = await queue.run(() => assert.fail("it is prepared")).catch((error) => error);
  assert.ok(error instanceof ServiceError);
  assert.equal(error.code, "busy");
  assert.match(error.options.headers!["retry-after"], /^[1-9]\d*$/);
  batches[0].go();
  await first;
  await turn();
  const more = queue.run(() => Promise.resolve(3));
  await turn();
  batches[1].go();
  await turn();
  batches[2].go();
  assert.deepEqual(await Promise.all([...waiting, more]), [10, 20, 30]);
});

Deno.test("what cannot be prepared fails alone, and what waits for too long is given up", async () => {
  const { batches, take } = gated();
  const dropped: number[] = [];
  const queue = openQueue<number, number>({ ...LIMITS, milliseconds: 50 }, take, (work) => dropped.push(work));
  const first = queue.run(() => Promise.resolve(0));
  await turn();
  await assert.rejects(queue.run(() => Promise.reject(new SyntaxError("no picture"))), /no picture/);
  const late = queue.run(() => Promise.resolve(1));
  const error = await late.catch((error) => error);
  assert.equal(error.code, "timeout");
  assert.deepEqual(dropped, [1]);
  batches[0].go();
  assert.equal(await first, 0);
  assert.equal(batches.length, 1);
});

Deno.test("one of a batch that fails leaves the others, and a batch that throws is told to all of it", async () => {
  const queue = openQueue<number, number>(LIMITS, (works) => {
    if (works.includes(9)) throw new Error("all");
    return Promise.resolve(
      works.map((work) => work === 2 ? { status: "rejected" as const, reason: new Error("two") } : good(work)),
    );
  });
  const some = await Promise.allSettled([1, 2, 3].map((i) => queue.run(() => Promise.resolve(i))));
  assert.deepEqual(some.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  await assert.rejects(queue.run(() => Promise.resolve(9)), /all/);
  assert.equal(await queue.run(() => Promise.resolve(4)), 4);
});

Deno.test("no more are prepared at once than may be", async () => {
  let [now, most] = [0, 0];
  const queue = openQueue<number, number>(
    { ...LIMITS, preparing: 2 },
    (works) => Promise.resolve(works.map((work) => good(work))),
  );
  const prepare = async (i: number) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
    return i;
  };
  const wanted = Array.from({ length: 11 }, (_, i) => i);
  assert.deepEqual(await Promise.all(wanted.map((i) => queue.run(() => prepare(i)))), wanted);
  assert.equal(most, 2);
});

Deno.test("a queue that is closed takes nothing more, and ends what it has", async () => {
  const { batches, take } = gated();
  const queue = openQueue<number, number>(LIMITS, take);
  const results = [0, 1].map((i) => queue.run(() => Promise.resolve(i)));
  const closed = queue.close();
  await assert.rejects(queue.run(() => Promise.resolve(2)), /as the service stops/);
  await turn();
  let done = false;
  closed.then(() => done = true);
  await turn();
  assert.equal(done, false);
  for (let i = 0; !done && i < 5; i++) {
    batches[i]?.go();
    await turn();
  }
  assert.deepEqual(await Promise.all(results), [0, 10]);
  await closed;
});
