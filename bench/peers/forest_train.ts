/** Training a boosted random forest, beside the Python package. @module */
import { openXgboost } from "../../packages/xgboost-wasm/mod.ts";
import type { TrainTask } from "../../packages/xgboost-wasm/mod.ts";
import { presets, toParameters } from "../../lib/method/forest/presets.ts";
import type { PeerCase } from "./case.ts";

/** The input of `forest_train.py` and `forest_predict.py`, value for value: a part is bad by five columns and chance. */
export function makeTask(rows = 2000, columns = 112): TrainTask {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => (hash(i) >>> 8) / 2 ** 24);
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < 5; column++) sum += values[row * columns + column];
    return sum > 3 !== (hash(row + 1e9) % 10 === 0) ? 1 : 0;
  });
  return {
    name: "benchmark",
    table: { values, rows, columns: [], width: columns },
    labels,
    parameters: toParameters(presets.brf, 333, 4),
    rounds: presets.brf.n_estimators,
  };
}

function hash(i: number): number {
  let h = Math.imul(i ^ (i >>> 15), 2246822519);
  h = Math.imul(h ^ (h >>> 13), 3266489917);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Seconds of training on one thread. */
export async function timeTraining(repeats: number, rows: number, columns: number): Promise<number[]> {
  const engine = await openXgboost();
  const task = makeTask(rows, columns);
  engine.train({ ...task, rounds: 1 }); // a compiler that warms up
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    engine.train(task);
    return (performance.now() - start) / 1000;
  });
}

const peer: PeerCase = {
  name: "forest training, 2000×112, 10×200 trees",
  about: "the paper's boosted random forest on one thread; the peer is the xgboost package with n_jobs=1",
  script: "forest_train.py",
  ours: (repeats) => timeTraining(repeats, 2000, 112),
};
export default peer;
