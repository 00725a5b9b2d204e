import assert from "node:assert/strict";
import { tensor } from "../../../lib/base/tensor/tensor.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { photo } from "../../../lib/domain.ts";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { resizePhoto } from "../../../lib/picture/image/resize.ts";
import { resizeGraph } from "../../../lib/picture/image/resize_graph.ts";

Deno.test("resizing inside a graph gives every level as Pillow and the product have it, whatever the size", async () => {
  const runtime = await openRuntime({ threads: 1 });
  const random = seededRandom(5);
  const size = { height: 24, width: 32 };
  // Larger, smaller, as it is, one side of each, and by both orders of the passes; a last one far larger.
  const sides = [[48, 64], [7, 5], [24, 32], [61, 19], [90, 33], [25, 200], [131, 40], [1, 1], [300, 411]];
  for (const filter of ["bilinear", "bicubic"] as const) {
    const session = await runtime.open(resizeGraph(size, filter), "resize");
    for (const [height, width] of filter === "bicubic" ? sides.slice(0, -2) : sides) {
      const pictures = [0, 1].map(() =>
        photo([height, width, 3], Uint8Array.from({ length: height * width * 3 }, () => 256 * random.uniform()))
      );
      const data = new Uint8Array(2 * height * width * 3);
      pictures.forEach((one, n) => data.set(one.data, n * one.data.length));
      const { image } = await session.run({ picture: tensor("u8", [2, height, width, 3], data) });
      pictures.forEach((one, n) => {
        const wanted = resizePhoto(one, size, filter).data;
        const area = size.height * size.width;
        const found = Uint8Array.from(
          wanted,
          (_, i) => Math.round(255 * image.data[(n * 3 + i % 3) * area + Math.floor(i / 3)]),
        );
        assert.deepEqual(found, wanted, `${filter} from ${height} × ${width}`);
      });
    }
    await session.release();
  }
});
