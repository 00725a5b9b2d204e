/** The types of the numbers in a graph. @module */

/** The typed array behind each element type of a graph. */
export interface ElementData {
  /** Single precision. */
  f32: Float32Array;
  /** Double precision. */
  f64: Float64Array;
  /** Bytes. */
  u8: Uint8Array;
  /** Whole numbers of 32 bits. */
  i32: Int32Array;
  /** Whole numbers of 64 bits. */
  i64: BigInt64Array;
  /** 0 or 1. */
  bool: Uint8Array;
}

/** An element type of a graph. */
export type Element = keyof ElementData;
