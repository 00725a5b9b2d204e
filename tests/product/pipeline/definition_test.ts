import assert from "node:assert/strict";
import { parseDefinition } from "../../../lib/product/experiment/define_pipeline.ts";
import elpv from "../../../pipelines/elpv.ts";
import folder from "../../../pipelines/folder_paper.ts";
import vad from "../../../pipelines/vad.ts";

const good = structuredClone(folder);

function changed(change: (value: Record<string, never>) => void): unknown {
  const value = structuredClone(good) as unknown as Record<string, never>;
  change(value);
  return value;
}

Deno.test("the pipelines that ship are accepted as they are", () => {
  for (const definition of [vad("small"), vad("paper"), elpv, folder]) {
    assert.deepEqual(parseDefinition(structuredClone(definition)), definition);
  }
});

Deno.test("the paper's figures may carry their deviations, as fractions", () => {
  const withPaper = (figures: object) => ({ ...vad("small"), paper: { "high-shot": { "PatchCore": figures } } });
  const figures = { auroc: 0.883, aurocStd: 0.003, fpr95: 0.604, fpr95Std: 0.019 };
  assert.deepEqual(parseDefinition(withPaper(figures)).paper!["high-shot"].PatchCore, figures);
  assert.throws(() => parseDefinition(withPaper({ auroc: 0.883, aurocStd: 1.9 })), /aurocStd must be/);
});

const refused: [string, (value: Record<string, never>) => void, RegExp][] = [
  [
    "an unknown key",
    (value) => Object.assign(value, { detecors: {} }),
    /detecors must be removed \(did you mean "detectors"\?\)/,
  ],
  [
    "an unknown key further in",
    (value) => Object.assign(value.picture, { hight: 1 }),
    /picture\.hight must be removed \(did you mean "height"\?\)/,
  ],
  ["a wrong type", (value) => Object.assign(value.picture, { height: "256" }), /picture\.height must be a number/],
  [
    "a value out of range",
    (value) => Object.assign(value.picture, { height: 7 }),
    /picture\.height must be at least 32/,
  ],
  ["a share that is no number of parts", (value) => Object.assign(value.split, { detectors: 1.5 }), /split/],
  [
    "a missing key",
    (value) => delete (value as Record<string, unknown>).forest,
    /forest must be an object \(was missing\)/,
  ],
  [
    "a method with an unknown detector",
    (value) => Object.assign(value.methods, { X: { alone: "fastflow" } }),
    /methods\["X"\] must use detectors of this pipeline \(patchcore, padim\): found "fastflow"/,
  ],
  [
    "a decision of an unknown method",
    (value) => Object.assign(value.decision, { method: "X" }),
    /decision\.method must be one of PatchCore, PaDiM, All AD \+ Ours: found "X"/,
  ],
  [
    "a decision of an unknown benchmark",
    (value) => Object.assign(value.decision, { benchmark: "X" }),
    /decision\.benchmark must be one of supervised: found "X"/,
  ],
  ...["constructor", "toString", "__proto__"].flatMap((name): typeof refused => [
    [
      `a decision of the benchmark ${name}`,
      (value) => Object.assign(value.decision, { benchmark: name }),
      /decision\.benchmark must be one of supervised/,
    ],
    [
      `a decision of the method ${name}`,
      (value) => Object.assign(value.decision, { method: name }),
      /decision\.method must be one of/,
    ],
    [
      `a method that uses ${name}`,
      (value) => Object.assign(value.methods, { X: { alone: name } }),
      /methods\["X"\] must use detectors of this pipeline/,
    ],
    [
      `a forest that sees ${name}`,
      (value) => Object.assign(value.methods, { X: { forest: [name] } }),
      /methods\["X"\] must use detectors of this pipeline/,
    ],
    [
      `a mean over ${name}`,
      (value) => Object.assign(value.methods, { X: { mean: [name] } }),
      /methods\["X"\].mean must name methods/,
    ],
  ]),
  ["a seed twice", (value) => Object.assign(value, { seeds: [1, 1] }), /seeds must differ/],
  ["no seed", (value) => Object.assign(value, { seeds: [] }), /seeds must be/],
  ["no detector", (value) => Object.assign(value, { detectors: {}, methods: {} }), /detectors must name at least one/],
  ["a detector with a capital", (value) => Object.assign(value.detectors, { PaDiM: {} }), /detectors\.PaDiM must be/],
];

for (const [what, change, message] of refused) {
  Deno.test(`a pipeline with ${what} is refused with its path`, () => {
    assert.throws(() => parseDefinition(changed(change)), (error: Error) => {
      assert.equal(error.name, "TypeError");
      assert.match(error.message, /^Cannot use this pipeline as /);
      assert.match(error.message, message);
      return true;
    });
  });
}
