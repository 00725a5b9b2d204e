import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { rows, tensor } from "../../../lib/base/tensor/tensor.ts";
import type { SegmentMap } from "../../../lib/domain.ts";
import { evidence, type EvidenceInputs } from "../../../lib/method/evidence/evidence.ts";
import { packEvidence, unpackEvidence } from "../../../lib/method/evidence/file.ts";
import { type EvidenceFitted, openEvidenceSums } from "../../../lib/method/evidence/fitted.ts";
import { parseColumn } from "../../../lib/method/features/columns.ts";
import { featureMaps, layers, normal, relativeError, takeRows } from "../detect/feature_maps.ts";
import { assertStageLaws, tensorRows } from "../../laws/stage_laws.ts";

const { blocks, unseen, leftOut }: {
  blocks: { name: string; width: number }[];
  unseen: number[][];
  leftOut: number[][];
} = JSON.parse(
  readFileSync(new URL("./fixtures/evidence.json", import.meta.url), "utf8"),
);
const GRIDS = [8, 4, 6, 2];
const SIDE = 64;
const config = {
  layers: layers.map(({ name }) => name),
  detectors: ["padim", "patchcore", "rd4ad", "mine"],
  segments: ["wire", "border"],
  smoothing: 4,
};
const segmentMap: SegmentMap = {
  names: config.segments as unknown as SegmentMap["names"],
  labels: tensor<"u8", ["N", "H", "W"], "label">(
    "u8",
    [1, SIDE, SIDE],
    Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [y, x] = [Math.floor(i / SIDE), i % SIDE];
      return y < 3 ? 255 : (Math.floor(x * 3 / SIDE) + (y >= 40 ? 1 : 0)) % 2;
    }),
  ),
};

/** Pictures as in tools/oracles/evidence.py. */
function pictures(seed: number, count: number): EvidenceInputs {
  return {
    features: featureMaps(seed, count),
    maps: GRIDS.map((side, k) =>
      tensor<"f32", ["N", 1, "h", "w"], "distance">(
        "f32",
        [count, 1, side, side],
        normal(seed + 50 + k, count * side * side).map((value) => Math.fround(Math.abs(value) + 0.5)),
      )
    ),
    statistics: tensor<"f32", ["N", "F"], "feature">(
      "f32",
      [count, 32],
      normal(seed + 90, count * 32),
    ),
    segmentMap,
  };
}

/** Some pictures of a batch, copied. */
function take(
  { features, maps, statistics, segmentMap }: EvidenceInputs,
  indices: readonly number[],
): EvidenceInputs {
  const copy = <T>(value: T) => tensorRows.take(value as never, indices) as T;
  return {
    features: Object.fromEntries(
      Object.entries(features).map(([name, map]) => [name, copy(map)]),
    ),
    maps: maps.map(copy),
    statistics: copy(statistics),
    segmentMap: segmentMap.labels.shape[0] === 1 ? segmentMap : { ...segmentMap, labels: copy(segmentMap.labels) },
  };
}

const countOf = ({ statistics }: EvidenceInputs) => statistics.shape[0];

function fittedOn(
  inputs: EvidenceInputs,
  cuts: readonly number[] = [],
): EvidenceFitted {
  const sums = openEvidenceSums(config);
  [0, ...cuts].forEach((from, i) => {
    const to = cuts[i] ?? countOf(inputs);
    sums.add(
      takeRows(inputs.features, from, to),
      inputs.maps.map((map) => rows(map, from, to)),
    );
  });
  return sums.finish();
}

const good = pictures(10, 6);
const others = pictures(20, 2);

/** The largest error of each block, relative to its largest number. */
function errors(
  found: Float32Array,
  expected: readonly number[][],
): Record<string, number> {
  const F = expected[0].length;
  let from = 0;
  return Object.fromEntries(blocks.map(({ name, width }) => {
    const part = (row: ArrayLike<number>) => Array.from(row).slice(from, from + width);
    const both = expected.map((
      row,
      n,
    ) => [part(found.subarray(n * F, (n + 1) * F)), part(row)]);
    from += width;
    return [
      name,
      relativeError(both.flatMap(([a]) => a), both.flatMap(([, b]) => b)),
    ];
  }));
}

Deno.test("evidence is numpy's, of unseen pictures and of those left out by a fit on all others", () => {
  for (const cuts of [[], [1, 4]]) {
    const made = evidence(unpackEvidence(packEvidence(fittedOn(good, cuts))));
    assert.deepEqual(made.blocks, blocks);
    for (
      const [found, expected] of [[made.compute(others), unseen], [
        made.leftOut(good),
        leftOut,
      ]] as const
    ) {
      assert.deepEqual(found.shape, [expected.length, made.columns.length]);
      for (
        const [name, error] of Object.entries(errors(found.data, expected))
      ) {
        assert.ok(error < 2e-6, `block "${name}" is off by ${error}`);
      }
    }
    // In the sample a picture looks more usual than it is, whatever compares it with others.
    const within = errors(made.compute(good).data, leftOut);
    for (const name of ["residual", "strangest", "standardised", "profile"]) {
      assert.ok(within[name] > 0.02, name);
    }
  }
});

Deno.test("the columns of evidence say what they hold, each name once", () => {
  const { columns, blocks } = evidence(fittedOn(good));
  assert.equal(new Set(columns).size, columns.length);
  assert.ok(columns.every((column) => parseColumn(column)));
  const firsts: Record<string, string> = {};
  let from = 0;
  for (const { name, width } of blocks) {
    firsts[name] = columns[from];
    from += width;
  }
  assert.equal(from, columns.length);
  assert.deepEqual(firsts, {
    pooled: "stride4.average_0",
    residual: "stride4.residual_0",
    strangest: "stride4.strangest_0",
    standardised: "wire.padim.standard_q995",
    profile: "padim.log_top_1",
    statistics: "wire.padim.log_q995",
  });
});

Deno.test("a picture of the fit is judged as by a fit without it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 7 }),
      fc.nat(1000),
      fc.nat(),
      (count, seed, some) => {
        const all = pictures(seed, count);
        const i = some % count;
        const without = Array.from({ length: count }, (_, n) => n).filter((n) => n !== i);
        const refitted = evidence(fittedOn(take(all, without))).compute(take(all, [i])).data;
        const closed = evidence(fittedOn(all)).leftOut(take(all, [i])).data;
        assert.ok(relativeError(closed, refitted) < 1e-5);
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("evidence of a picture depends on nothing but the picture", async () => {
  const { compute, leftOut } = evidence(fittedOn(good));
  const inputs = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.nat(50),
    fc.boolean(),
  ).map(([count, seed, each]) => {
    const made = pictures(seed, count);
    if (!each) return made;
    const { data, shape: [, H, W] } = segmentMap.labels;
    const own = new Uint8Array(count * H * W);
    // One map a picture, turned by as many pixels.
    for (let i = 0; i < own.length; i++) {
      own[i] = data[(i + Math.floor(i / data.length)) % data.length];
    }
    return {
      ...made,
      segmentMap: {
        ...segmentMap,
        labels: tensor<"u8", ["N", "H", "W"], "label">(
          "u8",
          [count, H, W],
          own,
        ),
      },
    };
  });
  for (const stage of [compute, leftOut]) {
    await assertStageLaws({
      stage,
      inputs,
      inputRows: { count: countOf, take },
      outputRows: tensorRows as never,
      options: { numRuns: 6 },
    });
  }
});

Deno.test("maps that never change, or are nowhere above 0, say nothing and break nothing", () => {
  const same = take(good, [0, 0, 0, 0]);
  for (
    const maps of [
      same.maps,
      same.maps.map((map) => ({
        ...map,
        data: map.data.map((value) => -value),
      })),
    ]
  ) {
    const made = evidence(fittedOn({ ...same, maps }));
    const { data } = made.leftOut({ ...same, maps });
    made.columns.forEach((column, j) => {
      // A map of zeros has no skewness and no kurtosis.
      if (/standard_(skewness|kurtosis)$/.test(column)) {
        return assert.ok(Number.isNaN(data[j]), column);
      }
      if (/(standard|strangest|residual|deviation|largest)_/.test(column)) {
        return assert.equal(data[j], 0, column);
      }
      assert.ok(Number.isFinite(data[j]), column);
    });
  }
});

Deno.test("a grid of few places has all of them among its strangest, and a short profile", () => {
  const values = Float32Array.from({ length: 4 }, (_, i) => i + 1);
  const features = {
    stride16: tensor<"f32", ["N", "C", "H", "W"], "activation">("f32", [
      4,
      1,
      1,
      1,
    ], values),
  };
  const maps = [
    tensor<"f32", ["N", 1, "h", "w"], "distance">("f32", [4, 1, 1, 1], values),
  ];
  const sums = openEvidenceSums({
    layers: ["stride16"],
    detectors: ["padim"],
    segments: ["wire"],
  });
  sums.add(features, maps);
  const { columns } = evidence(sums.finish());
  assert.deepEqual(columns.filter((column) => column.includes("_top_")), [
    "padim.log_top_1",
    "padim.standard_top_1",
    "all.standard_top_1",
  ]);
});

Deno.test("inputs that do not fit the fit or each other are refused", () => {
  const fitted = fittedOn(good);
  const { compute } = evidence(fitted);
  const one = take(others, [0]);
  const wrong: [Partial<EvidenceInputs>, RegExp][] = [
    [
      { features: { stride4: others.features.stride4 } },
      /layer "stride8".*found stride4/,
    ],
    [
      { features: one.features },
      /layer "stride4" and of maps as the shape must be f32\[2,C,H,W\]/,
    ],
    [{ maps: others.maps.slice(1) }, /the maps of 4 detectors: found 3/],
    [
      { maps: [...others.maps].reverse() },
      /map of "padim".*f32\[2,1,8,8\]: current shape is f32\[2,1,2,2\]/,
    ],
    [{ maps: [others.maps[0], ...one.maps.slice(1)] }, /map of "patchcore"/],
    [{ statistics: one.statistics }, /with statistics.*f32\[2,32\]/],
    [
      { segmentMap: { ...segmentMap, names: ["wire", "pin"] as never } },
      /segments wire, border .* has wire, pin/,
    ],
  ];
  for (const [part, message] of wrong) {
    assert.throws(() => compute({ ...others, ...part }), {
      name: "TypeError",
      message,
    });
  }
  const broken = {
    ...others.maps[2],
    data: others.maps[2].data.with(36 + 7, NaN),
  };
  assert.throws(
    () => compute({ ...others, maps: others.maps.with(2, broken) }),
    {
      name: "RangeError",
      message: /map of "rd4ad" for picture 1 of the batch .* value at row 1, column 1 is NaN/,
    },
  );
});

Deno.test("fits on too little, on other sizes and under names that are taken are refused", () => {
  const sums = openEvidenceSums(config);
  assert.throws(
    () => sums.finish(),
    /^RangeError: Cannot take standards of 0 pictures as at least 3 are needed/,
  );
  assert.throws(
    () => sums.add({}, good.maps),
    /^TypeError: Cannot take standards of layer "stride4"/,
  );
  assert.throws(
    () => sums.add(good.features, []),
    /^TypeError: .* of 4 detectors: found 0/,
  );
  sums.add(others.features, others.maps);
  assert.throws(() => sums.add(good.features, others.maps), {
    name: "TypeError",
    message: /must be f32\[2,C,H,W\]/,
  });
  assert.throws(() => sums.add(others.features, [...others.maps].reverse()), {
    name: "TypeError",
  });
  assert.throws(
    () => sums.finish(),
    /^RangeError: Cannot take standards of 2 pictures/,
  );
  const fitted = fittedOn(good);
  const named = (name: string) => ({
    ...fitted,
    detectors: [{ ...fitted.detectors[0], name }, ...fitted.detectors.slice(1)],
  });
  assert.throws(
    () => evidence(named("all")),
    /^TypeError: .*"wire.all.standard_q995" is there twice/,
  );
  assert.throws(() => evidence(named("a.b")), /^TypeError: .*detector "a.b"/);
});

Deno.test("a file of evidence gives back what was fitted, and is refused where it is damaged", () => {
  const fitted = fittedOn(good);
  const bytes = packEvidence(fitted);
  assert.deepEqual(unpackEvidence(bytes), fitted);
  assert.deepEqual(packEvidence(unpackEvidence(bytes)), bytes);
  const refused = (made: Uint8Array, message: RegExp) =>
    assert.throws(() => unpackEvidence(made), { name: "SyntaxError", message });
  refused(bytes.subarray(0, bytes.length - 8), /truncated/);
  refused(
    packEvidence({ ...fitted, detectors: fitted.detectors.slice(1) }),
    /do not fit 192 places .* and 56 of maps/,
  );
  refused(
    packEvidence({ ...fitted, residuals: { ...fitted.residuals, height: 3 } }),
    /do not fit 144 places/,
  );
  refused(packEvidence({ ...fitted, segments: [] }), /segments/);
  refused(packEvidence({ ...fitted, smoothing: -1 }), /smoothing/);
});
