/** Products of literal dims at compile time. @module */
import type { Dim } from "./tensor.ts";

// Tuples are counted: a product is the length of a tuple of A copies of a tuple of B elements.
type Fill<N, T extends unknown[] = []> = T["length"] extends N ? T : Fill<N, [...T, unknown]>;
type Repeat<N, T extends unknown[], All extends unknown[] = [], Done extends unknown[] = []> = Done["length"] extends N
  ? All
  : Repeat<N, T, [...All, ...T], [...Done, unknown]>;
type LengthOf<T> = T extends { readonly length: infer N extends number } ? N : never;
type IsLiteral<D> = D extends number ? number extends D ? false : true : false;

/**
 * `Product<2, 6>` is 12. Where a factor is not a literal number, the product is `number`, which fits everything.
 *
 * Factors should stay below 1,000 and the product below 10,000.
 *
 * @internal
 */
export type Product<A extends Dim, B extends Dim> = [IsLiteral<A>, IsLiteral<B>] extends [true, true]
  ? LengthOf<Repeat<A, Fill<B>>>
  : number;
