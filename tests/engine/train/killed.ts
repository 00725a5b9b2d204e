/** Trains and kills itself in the middle of the seventh step's feeding. */
import process from "node:process";
import { openRuntime } from "../../../lib/engine/session/runtime.ts";
import { adam } from "../../../lib/engine/train/optimiser.ts";
import { constant } from "../../../lib/engine/train/schedule.ts";
import { train } from "../../../lib/engine/train/train.ts";
import { feed, smallStep } from "./training.ts";

await train({
  runtime: await openRuntime({ threads: 1 }),
  step: smallStep(adam()),
  steps: 12,
  rate: constant(0.01),
  checkpoint: { path: process.argv[2], identity: "killed", seconds: 0 },
  feed(step) {
    if (step === 7) process.kill(process.pid, "SIGKILL");
    return feed(step);
  },
});
