/** Some of the pictures of a fit. @module */
import { buildModel } from "../../../engine/graph/model.ts";
import type { Value } from "../../../engine/graph/value.ts";
import type { AnyTensor } from "../../../engine/session/port.ts";
import type { FitContext } from "../../learn/contract.ts";

/** A fit on some of the pictures. */
export function part(context: FitContext, order: readonly number[], checkpoint?: string): FitContext {
  return {
    ...context,
    checkpoint,
    pictures: order.length,
    ids: context.ids && order.map((i) => context.ids![i]),
    take: (indices) => context.take(indices.map((i) => order[i])),
    async *batches() {
      for (let from = 0; from < order.length; from += 8) yield await context.take(order.slice(from, from + 8));
    },
  };
}

/** What a graph gives for some of the pictures, batch by batch. Its first input is `image`, the others are layers by their names. */
export async function* answersOf<Name extends string>(
  context: FitContext,
  inputs: readonly Value<"f32">[],
  outputs: Readonly<Record<Name, Value<"f32">>>,
  of: readonly number[],
  title = "EfficientAD",
): AsyncGenerator<Readonly<Record<Name, AnyTensor>>> {
  const model = buildModel({ inputs, outputs, name: title });
  const session = await context.runtime.open(model, title);
  const [, ...layers] = inputs;
  try {
    for await (const { image, features } of part(context, of).batches()) {
      context.signal?.throwIfAborted();
      const seen = Object.fromEntries(layers.map(({ name }) => [name!, features[name!]]));
      yield await session.run({ image, ...seen }) as Record<Name, AnyTensor>;
    }
  } finally {
    await session.release();
  }
}
