/** The types of the numbers in a graph. @module */

/** The typed array behind each element type of a graph. */
export interface ElementData {
  f32: Float32Array;
  f64: Float64Array;
  u8: Uint8Array;
  i32: Int32Array;
  i64: BigInt64Array;
  bool: Uint8Array;
}

/** An element type of a graph. */
export type Element = keyof ElementData;
