/** How long the steps of a training take. @module */
import process from "node:process";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import type { AnyTensor } from "../lib/engine/session/port.ts";
import { constant } from "../lib/engine/train/schedule.ts";
import type { TrainingStep } from "../lib/engine/train/step.ts";
import { train } from "../lib/engine/train/train.ts";

/** The first steps fault the memory in. */
const WARM = 3;

/** Seconds: of the clock, or of the processor on all threads where SEGAD_CLOCK says so, as other work slows these less. */
function now(): number {
  if (process.env.SEGAD_CLOCK !== "processor") return performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Seconds of each of some steps, feeding and reading back included. */
export async function timeSteps(
  step: TrainingStep,
  feeds: Readonly<Record<string, AnyTensor>>,
  repeats: number,
): Promise<number[]> {
  const ends: number[] = [];
  await train({
    runtime: await openRuntime({ device: "cpu" }),
    step,
    steps: repeats + WARM + 1,
    feed: () => Promise.resolve(feeds),
    rate: constant(0.001),
    onProgress: () => void ends.push(now()),
  });
  return ends.slice(1).map((end, i) => end - ends[i]).slice(WARM);
}
