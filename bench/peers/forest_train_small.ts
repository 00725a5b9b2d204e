/** Training on as few parts as the pipelines do, where the cost is that of a tree rather than of a row. @module */
import type { PeerCase } from "./case.ts";
import { timeTraining } from "./forest_train.ts";

const peer: PeerCase = {
  name: "forest training, 300×56, 10×200 trees",
  about: "the paper's boosted random forest on one thread; the peer is the xgboost package with n_jobs=1",
  script: "forest_train_small.py",
  ours: (repeats) => timeTraining(repeats, 300, 56),
};
export default peer;
