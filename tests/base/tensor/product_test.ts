import type { PaperFeatures } from "../../../lib/domain.ts";
import type { Product } from "../../../lib/base/tensor/product.ts";

type Equal<A, B> = [A, B] extends [B, A] ? true : false;

Deno.test("products of literal dims are literals", () => {
  const cases: [
    Equal<Product<2, 6>, 12>,
    Equal<Product<1, 1>, 1>,
    Equal<Product<0, 5>, 0>,
    Equal<PaperFeatures<4, 7>, 112>,
    Equal<Product<number, 7>, number>,
    Equal<Product<"K", 7>, number>,
  ] = [true, true, true, true, true, true];
  // @ts-expect-error 2 · 6 · 4 is 48, not 40
  const wrong: Equal<PaperFeatures<2, 6>, 40> = true;
  void [cases, wrong];
});
