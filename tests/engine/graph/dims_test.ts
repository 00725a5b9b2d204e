import assert from "node:assert/strict";
import {
  broadcast,
  ceilDiv,
  product,
  quotient,
  scaled,
  shifted,
  sum,
  windowed,
} from "../../../lib/engine/graph/dims.ts";

Deno.test("sizes that are known are computed, others become a text that names the size", () => {
  assert.equal(ceilDiv(7, 2), 4);
  assert.equal(ceilDiv(ceilDiv("H", 2), 2), "ceil(H/4)");
  assert.equal(ceilDiv("H+1", 2), "ceil((H+1)/2)");
  assert.equal(windowed(8, -3, 2), 3);
  assert.equal(windowed("H", -1, 1), "H");
  assert.equal(windowed("H", -3, 2), "floor((H-3)/2)+1");
  assert.equal(shifted("H", -2), "H-2");
  assert.equal(scaled("H", 2), "H*2");
  assert.equal(scaled(5, 0.5), 2);
  assert.equal(scaled("H", 0.5), "floor(H*0.5)");
  assert.equal(sum(["N", 2, "M", 3]), "M+N+5");
  assert.equal(product(["W", 4, "H"]), "H*W*4");
  assert.equal(product([product(["N", 4]), 2]), "N*8");
  assert.equal(product(["H+1", 2]), "(H+1)*2");
});

Deno.test("what is missing in a product is found where it is certain", () => {
  assert.equal(quotient(["N", 6, "H"], ["H", 3]), "N*2");
  assert.equal(quotient(["N*6"], [3]), "N*2");
  assert.equal(quotient([12], [4]), 3);
  assert.equal(quotient(["N", 6], ["M"]), undefined);
  assert.equal(quotient(["N", 6], [4]), undefined);
  assert.equal(quotient([0], [0]), undefined);
});

Deno.test("shapes broadcast where they are known to fit", () => {
  assert.deepEqual(broadcast(["N", 1, 3], [4, 1]), ["N", 4, 3]);
  assert.deepEqual(broadcast([], ["N"]), ["N"]);
  assert.equal(broadcast(["N"], ["M"]), undefined);
  assert.equal(broadcast(["N"], [2]), undefined);
});
