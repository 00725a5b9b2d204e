import assert from "node:assert/strict";
import { importsOf, type Kind, reached } from "../../../tools/import_graph.ts";
import { ROOT } from "../../app/cli/product.ts";

const SCORER = "lib/product/model/scorer.ts";
/** What scoring has nothing to do with. */
const APART =
  /^lib\/(?:app|picture\/(?:data|change|stand_in)|engine\/(?:train|graph\/gradients)|method\/(?:pretrain|evaluate\/(?!decide))|product\/(?!model))/;
/** Files that fit or train. */
const FITS =
  /(?:coreset|gaussian|negatives|distil|understudies|left_out|trainable|train_on_pictures|fit_context)\b|\/fit\.ts$/;

Deno.test("scoring reaches no fit, no training, no data set and no run, and loads what a model has and no more", async () => {
  const imports = await importsOf(SCORER, ROOT);
  const files = (...kinds: readonly Kind[]) => reached(SCORER, ROOT, imports, kinds);
  const [first, later] = [files("static"), files("static", "dynamic")];
  // The numbers may fall; who must raise one says why.
  assert.ok(first.length <= 118, `${first.length} files are loaded at once`);
  // An exported graph, the plausibility of a picture and aligning it are loaded where a model has them: 160 before, and 168 until
  // what aligns, the same code, stood in seven files in place of one. The search by bounds is seven with its axes, its order and
  // its kernel. EfficientAD with the backbone as its teacher answers in one, and its map is measured by places in one.
  assert.ok(later.length <= 183, `${later.length} files may be loaded`);
  assert.deepEqual(later.filter((file) => APART.test(file) || FITS.test(file)), []);
  assert.deepEqual(first.filter((file) => /^lib\/method\/(?:detect\/\w+\/|evidence\/)/.test(file)), []);
  const detectors = later.filter((file) => /^lib\/method\/detect\/\w+\/apply\.ts$/.test(file));
  assert.equal(detectors.length, 8);
});

Deno.test("imports are followed by their kinds", () => {
  const at = (name: string) => new URL(`file:///root/${name}`).href;
  const imports = new Map([
    [at("a.ts"), { static: [at("b.ts"), "npm:sharp"], dynamic: [at("c.ts")], types: [at("d.ts")] }],
    [at("b.ts"), { static: [at("a.ts")], dynamic: [], types: [] }],
    [at("c.ts"), { static: [at("e.ts")], dynamic: [], types: [] }],
  ]);
  const files = (...kinds: readonly Kind[]) => reached("a.ts", "/root", imports, kinds);
  assert.deepEqual(files("static"), ["a.ts", "b.ts"]);
  assert.deepEqual(files("static", "dynamic"), ["a.ts", "b.ts", "c.ts", "e.ts"]);
  assert.deepEqual(files("types"), ["a.ts", "d.ts"]);
});
