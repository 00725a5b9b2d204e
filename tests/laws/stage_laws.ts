/**
 * Laws that every stage keeps, as reusable properties (for stages that return at once and for those that do not):
 *
 * - pure: the same input gives the same output, the input is left alone, and no output changes afterwards;
 * - batch invariant: a batch of N equals N batches of one, and any other way to cut it;
 * - order invariant: permuted pictures give permuted rows, and the same rows.
 *
 * A test supplies the stage and a generator; for values other than one tensor also how rows are counted and taken.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dim, DType, Tensor } from "../../lib/base/tensor/tensor.ts";
import { sizeOf, tensor } from "../../lib/base/tensor/tensor.ts";

type Rows = readonly [Dim, ...Dim[]];
type AnyTensor = Tensor<DType, Rows, string>;

/** How to see a value as rows, one a picture. */
export interface RowsOf<T> {
  count(value: T): number;
  /** The rows with these indices, in this order, as a value of their own (copied). */
  take(value: T, indices: readonly number[]): T;
}

/** What a law is about. */
export interface StageCase<I, O> {
  /** The stage, or how to make one for an input (where the batch is part of the stage's making). */
  readonly stage: (input: I) => O | Promise<O>;
  readonly inputs: fc.Arbitrary<I>;
  /** Default: the first axis of a tensor. */
  readonly inputRows?: RowsOf<I>;
  /** Default: the first axis of a tensor, or of each tensor of a plain object of tensors. */
  readonly outputRows?: RowsOf<O>;
  /** Default: equal bit for bit (NaN equals NaN). */
  readonly assertSame?: (actual: O, expected: O) => void;
  /** Options of fast-check: `{ numRuns: 20 }`. */
  readonly options?: fc.Parameters<unknown>;
}

/** The rows of a tensor along its first axis. */
export const tensorRows: RowsOf<AnyTensor> = {
  count: (value) => value.shape[0],
  take(value, indices) {
    const [, ...rest] = value.shape as readonly number[];
    const width = sizeOf(rest);
    const data = value.data.slice(0, 0).constructor as { new (length: number): typeof value.data };
    const rows = new data(indices.length * width);
    indices.forEach((row, i) => rows.set(value.data.subarray(row * width, (row + 1) * width), i * width));
    return tensor<DType, Rows, string>(value.dtype, [indices.length, ...rest] as never, rows);
  },
};

/** The rows of a plain object of tensors, such as the maps and scores of a detection. */
export const recordRows: RowsOf<Record<string, AnyTensor>> = {
  count: (value) => tensorRows.count(Object.values(value)[0]),
  take: (value, indices) =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, tensorRows.take(part, indices)])),
};

function isTensor(value: unknown): value is AnyTensor {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value && "data" in value;
}

function defaultRows<T>(value: T): RowsOf<T> {
  return (isTensor(value) ? tensorRows : recordRows) as unknown as RowsOf<T>;
}

/** Equal output for equal input; neither the input nor an earlier output is changed. */
export async function assertStageIsPure<I, O>(law: StageCase<I, O>): Promise<void> {
  const same = law.assertSame ?? assert.deepEqual;
  await fc.assert(
    fc.asyncProperty(law.inputs, law.inputs, async (input, other) => {
      const before = structuredClone(input);
      const first = await law.stage(input);
      const kept = structuredClone(first);
      assert.deepEqual(structuredClone(input), before, "The stage changed its input");
      await law.stage(other);
      assert.deepEqual(structuredClone(first), kept, "A later run changed an earlier output");
      same(await law.stage(input), first);
    }),
    law.options as fc.Parameters<[I, I]>,
  );
}

/** A batch cut anywhere, down to single rows, gives the rows of the whole batch. */
export async function assertBatchInvariant<I, O>(law: StageCase<I, O>): Promise<void> {
  const same = law.assertSame ?? assert.deepEqual;
  await fc.assert(
    fc.asyncProperty(law.inputs, fc.nat(), async (input, cutSeed) => {
      const inputRows = law.inputRows ?? defaultRows(input);
      const count = inputRows.count(input);
      const whole = await law.stage(input);
      const outputRows = law.outputRows ?? defaultRows(whole);
      assert.equal(outputRows.count(whole), count, "The stage does not give one row a picture");
      const cut = count === 0 ? 0 : cutSeed % (count + 1);
      const pieces = [
        ...Array.from({ length: count }, (_, i) => [i]),
        Array.from({ length: cut }, (_, i) => i),
        Array.from({ length: count - cut }, (_, i) => cut + i),
      ];
      for (const piece of pieces) {
        if (piece.length === 0) continue;
        same(await law.stage(inputRows.take(input, piece)), outputRows.take(whole, piece));
      }
    }),
    law.options as fc.Parameters<[I, number]>,
  );
}

/** Pictures in another order give the same rows in that order. */
export async function assertPermutationInvariant<I, O>(law: StageCase<I, O>): Promise<void> {
  const same = law.assertSame ?? assert.deepEqual;
  await fc.assert(
    fc.asyncProperty(law.inputs, fc.infiniteStream(fc.nat()), async (input, numbers) => {
      const inputRows = law.inputRows ?? defaultRows(input);
      const order = Array.from({ length: inputRows.count(input) }, (_, i) => i);
      for (let i = order.length - 1; i > 0; i--) {
        const j = (numbers.next().value as number) % (i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      const straight = await law.stage(input);
      const outputRows = law.outputRows ?? defaultRows(straight);
      same(await law.stage(inputRows.take(input, order)), outputRows.take(straight, order));
    }),
    law.options as fc.Parameters<[I, fc.Stream<number>]>,
  );
}

/** All three laws. */
export async function assertStageLaws<I, O>(law: StageCase<I, O>): Promise<void> {
  await assertStageIsPure(law);
  await assertBatchInvariant(law);
  await assertPermutationInvariant(law);
}
