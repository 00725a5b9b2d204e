/** Statistics over segments, beside numpy + scipy. @module */
import {
  type AnomalyMap,
  anomalyMap,
  labels as labelsOf,
  type SegmentMap,
  type SegmentStats,
} from "../../lib/domain.ts";
import { segmentStats } from "../../lib/method/stats/segment_stats.ts";
import type { PeerCase } from "./case.ts";

const K = 4;
const L = 7;
const SIZE = 256;

/** The input of `statistics.py`, pixel for pixel. */
export function makeInput(): { maps: AnomalyMap<"N", 4>; segmentMap: SegmentMap<7> } {
  const labels = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const y = Math.floor(i / SIZE) - 128;
    const x = i % SIZE - 128;
    return Math.min(Math.floor((y * y + x * x) / 2600), L - 1);
  });
  const values = Float32Array.from({ length: K * SIZE * SIZE }, (_, i) => {
    let h = Math.imul(i ^ (i >>> 15), 2246822519);
    h = Math.imul(h ^ (h >>> 13), 3266489917);
    h ^= h >>> 16;
    return 1 / (1 + (h >>> 0) / 2 ** 20);
  });
  return {
    maps: anomalyMap<"N", 4>([1, K, SIZE, SIZE], values),
    segmentMap: {
      labels: labelsOf([1, SIZE, SIZE], labels),
      names: ["ring0", "ring1", "ring2", "ring3", "ring4", "ring5", "ring6"],
    },
  };
}

/** Our statistics of that input. */
export function computeStats(): SegmentStats<"N", 7, 4> {
  const { maps, segmentMap } = makeInput();
  return segmentStats({ maps: K, segments: L, segmentMap })(maps);
}

const peer: PeerCase = {
  name: "statistics, K=4 L=7 256×256",
  about: "q99.5, skewness, kurtosis and mean of 4 maps over 7 segments; the peer is numpy + scipy, a mask a segment",
  script: "statistics.py",
  ours(repeats) {
    const { maps, segmentMap } = makeInput();
    const stage = segmentStats({ maps: K, segments: L, segmentMap });
    for (let i = 0; i < 20; i++) stage(maps); // a compiler that warms up
    const seconds = Array.from({ length: repeats }, () => {
      const start = performance.now();
      stage(maps);
      return (performance.now() - start) / 1000;
    });
    return Promise.resolve(seconds);
  },
};
export default peer;
