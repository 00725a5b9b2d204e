import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { halfToNumber } from "../../../lib/base/io/half.ts";
import { halfBits } from "../../../lib/product/export/compress.ts";
import { exporting, fit, told, verify } from "../../app/cli/commands.ts";
import { withFolder, writeParts } from "../../app/cli/product.ts";

Deno.test("numbers of half precision are the nearest, ties go to the even one", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfToNumber(bits);
    if (Number.isNaN(value)) continue;
    assert.equal(halfBits(value), bits, `${value}`);
    const size = bits & 0x7fff;
    if (size + 1 >= 0x7c00) continue;
    const next = halfToNumber(bits + 1);
    const middle = (value + next) / 2;
    assert.equal(halfBits(middle), bits % 2 === 0 ? bits : bits + 1, `between ${value} and ${next}`);
    assert.equal(halfBits(Math.fround(middle + (next - value) / 64)), bits + 1);
    assert.equal(halfBits(Math.fround(middle - (next - value) / 64)), bits);
  }
  assert.equal(halfBits(65520), 0x7c00, "beyond the largest");
});

Deno.test("weights of fewer bits make a smaller file with a certificate of its own", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 10, 0);
    const run = join(folder, "model");
    const given = ["--data", data, "--side", "64", "--cache", join(folder, "cache"), "--threads", "1"];
    await fit("padim", "--set", "dims=40", ...given, "--out", run);
    const facts = async (precision: string) => {
      const out = join(folder, precision);
      await exporting("--run", run, "--out", out, "--precision", precision);
      assert.equal(await verify(out, "--threads", "1"), 0, told.join("\n"));
      const { tolerance, card } = JSON.parse(await readFile(join(out, "certificate.json"), "utf8"));
      assert.equal(card.precision, precision);
      return { size: (await stat(join(out, "model.onnx"))).size, tolerance: tolerance.score as number };
    };
    const [whole, half, eighth] = [await facts("f32"), await facts("f16"), await facts("i8")];
    assert.equal(whole.tolerance, 1e-4);
    assert.ok(half.size < 0.6 * whole.size && eighth.size < half.size, `${whole.size} ${half.size} ${eighth.size}`);
    assert.ok(whole.tolerance < half.tolerance && half.tolerance < eighth.tolerance && eighth.tolerance < 0.1);
  });
});
