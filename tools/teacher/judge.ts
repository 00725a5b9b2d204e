/**
 * Judges what a teacher's features are worth: AUROC of PatchCore and PaDiM, fitted on good pictures, on its features
 * beside those of the backbone that it learns from.
 *
 *     deno run -A tools/teacher/judge.ts [TEACHER.onnx …] [--elpv DIR] [--fit N] [--test N]
 *
 * A teacher is a file of `deno task distil`. The stand-in's parts are of seed 7: a teacher that was distilled on those,
 * or on the same cells of ELPV, knows them. "twice" is the backbone on pictures at twice the size, as it sees them where
 * a teacher is distilled `--like authors`.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Backbone, openBackbone } from "../../lib/method/backbone/backbone.ts";
import { embeddedBackbone } from "../../lib/method/backbone/embedded.ts";
import { toBackbone } from "../../lib/method/backbone/load.ts";
import { detectorNamed } from "../../lib/method/detect/table.ts";
import { auroc } from "../../lib/method/evaluate/auroc.ts";
import { fitContext } from "../../lib/method/learn/fit_context.ts";
import { observe } from "../../lib/method/learn/observation.ts";
import { openRuntime } from "../../lib/engine/session/runtime.ts";
import type { Dim } from "../../lib/base/tensor/tensor.ts";
import { seededRandom } from "../../lib/base/tensor/random.ts";
import type { Photo } from "../../lib/domain.ts";
import { readElpv } from "../../lib/picture/data/readers/elpv.ts";
import { readPhoto } from "../../lib/picture/image/decode.ts";
import { toImage } from "../../lib/picture/image/image.ts";
import { resizePhoto } from "../../lib/picture/image/resize.ts";
import { DEFECT_KINDS } from "../../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../../lib/picture/stand_in/part.ts";
import { renderPart } from "../../lib/picture/stand_in/render.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    elpv: { type: "string" },
    fit: { type: "string", default: "80" },
    test: { type: "string", default: "80" },
  },
});
const [FIT, TEST] = [Number(values.fit), Number(values.test)];
const SIDE = 256;
const runtime = await openRuntime({ threads: 1 });

/** Good parts to fit on, then as many good and bad ones to judge. */
interface Pictures {
  readonly name: string;
  photo(index: number): Promise<Photo<Dim, Dim>>;
}

const standIn: Pictures = {
  name: "stand-in",
  photo(index) {
    const bad = index - FIT - TEST;
    const kind = bad < 0 ? "good" : DEFECT_KINDS[bad % DEFECT_KINDS.length];
    return Promise.resolve(renderPart(partSpec({ seed: 7, index, kind })));
  },
};

async function elpv(folder: string): Promise<Pictures> {
  const { items } = await readElpv(folder);
  const drawn = seededRandom(1).permutation(items.length);
  const of = (label: string) => Array.from(drawn, (i) => items[i]).filter((item) => item.label === label);
  const cells = [...of("good").slice(0, FIT + TEST), ...of("bad").slice(0, TEST)];
  return { name: "ELPV", photo: (index) => readPhoto(cells[index].path) };
}

/** AUROC of both detectors on all layers of a backbone that they would take by themselves. */
async function judge(backbone: Backbone, { photo }: Pictures, side: number): Promise<readonly number[]> {
  const extractor = await openBackbone(runtime, backbone, backbone.layers.map(({ name }) => name));
  const seen = async (index: number) =>
    await observe(extractor, toImage([resizePhoto(await photo(index), { height: side, width: side })]));
  const figures: number[] = [];
  for (const [name, settings] of [["patchcore", { coreset: 0.01, neighbours: 9 }], ["padim", {}]] as const) {
    const detector = detectorNamed(name);
    const fitted = await detector.fit(
      fitContext({
        ...{ runtime, backbone, layers: backbone.layers, seed: 0, size: { height: side, width: side } },
        ids: Array.from({ length: FIT }, (_, i) => `${i}`),
        source: {
          async *batches() {
            for (let i = 0; i < FIT; i++) yield await seen(i);
          },
          take: () => Promise.reject(new Error("Cannot take pictures one by one here")),
        },
      }),
      detector.parse(settings),
    );
    const applied = await detector.apply({ runtime }, fitted);
    const scores: number[] = [];
    for (let i = FIT; i < FIT + 2 * TEST; i++) scores.push((await applied.detect(await seen(i))).score.data[0]);
    await applied.release();
    figures.push(auroc(scores, scores.map((_, i) => i < TEST ? 0 : 1)));
  }
  await extractor.release();
  return figures;
}

const embedded = await embeddedBackbone();
const rows: [string, Backbone, number][] = [["backbone", embedded, SIDE], ["backbone, twice", embedded, 2 * SIDE]];
for (const path of positionals) {
  rows.push([path, await toBackbone(new Uint8Array(await readFile(path)), path, {}), SIDE]);
}
console.log("features | data | PatchCore | PaDiM");
for (const data of [standIn, ...values.elpv === undefined ? [] : [await elpv(values.elpv)]]) {
  for (const [name, backbone, side] of rows) {
    const figures = await judge(backbone, data, side);
    console.log([name, data.name, ...figures.map((figure) => (100 * figure).toFixed(1))].join(" | "));
  }
}
