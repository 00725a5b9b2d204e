/** Reports as a run would fill them, from seeded random numbers: for tests, and to look at. */
import { type Photo, photo } from "../../../lib/domain.ts";
import { auroc } from "../../../lib/method/evaluate/auroc.ts";
import { fprAtTpr } from "../../../lib/method/evaluate/fpr_at_tpr.ts";
import { meanStd } from "../../../lib/method/evaluate/mean_std.ts";
import type { ResultRow, ScoreSet, Summary } from "../../../lib/product/experiment/results.ts";
import type { ScoredPart } from "../../../lib/product/experiment/scored_part.ts";
import type { ReportInput, ReportPicture } from "../../../lib/product/report/report_input.ts";
import { selectPictures } from "../../../lib/product/report/select.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";

/** What an example is made of. */
export interface ExampleOptions {
  benchmarks?: string[];
  /** Methods and how far apart, in deviations, their scores set good and bad parts, and good and unseen ones. */
  methods?: [string, number, number][];
  seeds?: number[];
  good?: number;
  bad?: number;
  unseen?: number;
  detectors?: string[];
  pictures?: number;
  /** Photographs to show; drawn discs where there are none. */
  photos?: Photo[];
}

/** A whole report input with scores, the figures that follow from them, and pictures with maps. */
export function exampleInput(options: ExampleOptions = {}): ReportInput {
  const {
    benchmarks = ["One-class", "High-shot"],
    methods = [["PatchCore", 1.3, 1.5], ["SegAD: PatchCore + PaDiM", 2.4, 1.9]] as [string, number, number][],
    seeds = [333, 576, 725],
    good = 60,
    bad = 50,
    unseen = 10,
    detectors = ["PatchCore", "PaDiM"],
    pictures = 8,
    photos = [],
  } = options;
  const scores = benchmarks.flatMap((benchmark, b) =>
    methods.flatMap(([method, apart, apartUnseen], m) =>
      seeds.map((seed, s): ScoreSet => {
        const random = seededRandom(1000 * b + 100 * m + s);
        const part = (i: number): ScoredPart => {
          const isGood = i < good;
          const isUnseen = i >= good + bad - unseen;
          const folder = isGood ? "test/good" : isUnseen ? "test/bad_unseen_defects" : "test/bad";
          const shift = isGood ? 0 : isUnseen ? apartUnseen : apart + 0.3 * b;
          return {
            id: `${folder}/${String(i).padStart(4, "0")}.png`,
            label: isGood ? "good" : "bad",
            unseen: isUnseen,
            score: m === 0 ? 3 + Math.exp(0.35 * (random.normal() + shift)) : random.normal() + shift - 1,
          };
        };
        return { benchmark, method, seed, parts: Array.from({ length: good + bad }, (_, i) => part(i)) };
      })
    )
  );
  const rows = benchmarks.flatMap((benchmark) =>
    methods.map(([method]): ResultRow => {
      const sets = scores.filter((set) => set.benchmark === benchmark && set.method === method);
      const of = (figure: (set: readonly ScoredPart[]) => number) => summary(sets.map((set) => figure(set.parts)));
      const known = (parts: readonly ScoredPart[]) => parts.filter((part) => part.unseen || part.label === "good");
      return {
        benchmark,
        method,
        auroc: of((parts) => auroc(parts.map(scoreOf), parts.map(labelOf))),
        fpr95: of((parts) => fprAtTpr(parts.map(scoreOf), parts.map(labelOf), 0.95)),
        ...unseen > 0 && {
          aurocUnseen: of((parts) => auroc(known(parts).map(scoreOf), known(parts).map(labelOf))),
        },
        n: { good, bad, unseen },
      };
    })
  );
  const last = scores.findLast((set) => set.seed === seeds[0])!;
  return {
    title: "SegAD on the stand-in",
    pipeline: "pipelines/vad.ts",
    data: "procedural stand-in, version 2, in the layout of VAD",
    date: "2026-11-22 21:00 UTC",
    notes: ["No VAD was found on disk, so the stand-in was used. Its figures cannot be compared with the paper's."],
    seeds,
    counts: {
      "good for training": 200,
      "bad for training": 100,
      "good in the test set": good,
      "bad in the test set": bad,
    },
    versions: { segad: "0.1.0", deno: "2.9.6", "onnxruntime-node": "1.30.0", xgboost: "3.2.0" },
    rows,
    scores,
    pictures: selectPictures(last, pictures).map(({ id, why }, i) =>
      picture(last.parts.find((part) => part.id === id)!, why, detectors, photos[i] ?? disc(i), i)
    ),
    picturesFrom: { benchmark: last.benchmark, method: last.method, seed: last.seed },
    segmentNames: ["background", "solder_dots", "wires"],
  };
}

function scoreOf(part: ScoredPart): number {
  return part.score;
}

function labelOf(part: ScoredPart): number {
  return part.label === "bad" ? 1 : 0;
}

function summary(values: number[]): Summary {
  return { ...meanStd(values), values };
}

function picture(part: ScoredPart, why: string, detectors: string[], photo: Photo, serial: number): ReportPicture {
  const [height, width] = photo.shape;
  const random = seededRandom(7000 + serial);
  const [cx, cy] = [0.2 + 0.6 * random.uniform(), 0.2 + 0.6 * random.uniform()];
  const maps = detectors.map((detector, d) => {
    const map = Float32Array.from({ length: height * width }, (_, i) => {
      const [x, y] = [i % width / width, Math.floor(i / width) / height];
      const spot = part.label === "bad" ? 3 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) * 90) : 0;
      const haze = 0.6 * Math.sin(9 * x + d) * Math.cos(7 * y + serial) + 0.5;
      return 2 + d + spot * (1 + d) + haze * (1 + 0.4 * d);
    });
    return { detector, map, low: 2.4 + d, high: 4.8 + 2 * d };
  });
  const outline = Uint8Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [i % width - width / 2, Math.floor(i / width) - height / 2];
    return Math.abs(Math.hypot(x, y) - 0.4 * width) < 0.6 || Math.abs(Math.hypot(x, y) - 0.22 * width) < 0.6 ? 1 : 0;
  });
  return {
    id: part.id,
    label: part.label,
    unseen: part.unseen,
    kind: part.label === "bad" ? (part.unseen ? "burned_wire" : "wire_beside_dot") : undefined,
    why,
    score: part.score,
    decision: why === "missed defect" || why.endsWith("good") ? "good" : "bad",
    reason: "solder_dots: PatchCore q99.5 above 99 % of good parts; wires: PaDiM mean above 93 % of good parts",
    photo,
    maps,
    outline,
  };
}

/** A grey disc with some grain: a picture of which nobody owns the rights. */
export function disc(seed: number, size = 64): Photo {
  const random = seededRandom(seed);
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [i % size - size / 2, Math.floor(i / size) - size / 2];
    const base = Math.hypot(x, y) < 0.4 * size ? 170 : 70;
    const level = base + 20 * random.uniform();
    data.set([level, 0.97 * level, 0.9 * level], 3 * i);
  }
  return photo([size, size, 3], data);
}
