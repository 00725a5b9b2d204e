/** Arrays of loops as tensors of the runtime. @module */
import type { Element } from "../../../lib/engine/graph/value.ts";
import type { AnyTensor } from "../../../lib/engine/session/port.ts";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import type { Nd } from "./naive.ts";

const carriers = { f32: "f32", f64: "f64", u8: "u8", i32: "i32", i64: "i32", bool: "u8" } as const;
const makers = {
  f32: (values: readonly number[]) => Float32Array.from(values),
  f64: (values: readonly number[]) => Float64Array.from(values),
  u8: (values: readonly number[]) => Uint8Array.from(values),
  i32: (values: readonly number[]) => Int32Array.from(values),
};

export function toTensor(dtype: Element, { shape, data }: Nd): AnyTensor {
  const carrier = carriers[dtype];
  return tensor(carrier, shape, makers[carrier](data) as Float32Array);
}
