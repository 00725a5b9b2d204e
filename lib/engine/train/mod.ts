/**
 * Training in Deno: a step is a graph with gradients and an optimiser, which the ONNX runtime runs.
 *
 * @module
 */
export { adam, type AdamOptions, adamW, type Optimiser, sgd } from "./optimiser.ts";
export { constant, cosine, type Schedule, stepped, warmedUp } from "./schedule.ts";
export { buildStep, type StepOptions, type TrainingStep } from "./step.ts";
export { type Feeds, train, type Trained, type TrainOptions } from "./train.ts";
