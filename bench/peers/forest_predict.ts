/** Scoring with a boosted random forest, beside the Python package. @module */
import { openXgboost } from "../../packages/xgboost-wasm/mod.ts";
import type { PeerCase } from "./case.ts";
import { makeTask } from "./forest_train.ts";

const peer: PeerCase = {
  name: "forest prediction, 2000×112, 10×200 trees",
  about: "scores of 2000 parts by a loaded model on one thread; the peer is the xgboost package with nthread 1",
  script: "forest_predict.py",
  async ours(repeats) {
    const engine = await openXgboost();
    const task = makeTask();
    const model = { key: 1, name: "benchmark", bytes: engine.train(task) };
    const predict = () => engine.predict({ model, table: task.table, output: "score" });
    for (let i = 0; i < 5; i++) predict(); // a compiler that warms up
    return Array.from({ length: repeats }, () => {
      const start = performance.now();
      predict();
      return (performance.now() - start) / 1000;
    });
  },
};
export default peer;
