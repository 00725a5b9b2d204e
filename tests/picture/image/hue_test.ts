import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { turnHue } from "../../../lib/picture/change/hue.ts";

/** Made by tools/oracles/hue.py. */
const { colours, turned } = JSON.parse(readFileSync(new URL("./fixtures/hue.json", import.meta.url), "utf8"));

Deno.test("hues turn as torchvision's do", () => {
  for (const [turn, expected] of turned as [number, number[]][]) {
    turnHue(Float32Array.from(colours), turn).forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) < 1e-5, `turn ${turn}, place ${i}: ${value}, ${expected[i]}`)
    );
  }
});
