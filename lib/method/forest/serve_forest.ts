/** What a worker does with the tasks of a runner. @module */
import { serve, transferred } from "../../base/workers/serve.ts";
import type {
  ConvertTask,
  Engine,
  ModelInfo,
  PredictTask,
  StoredModel,
  TrainTask,
} from "../../../packages/xgboost-wasm/mod.ts";

/** A task for a worker. */
export type ForestRequest =
  & { /** The native library, where the user named one. */ readonly library?: string }
  & (
    | { readonly kind: "train"; readonly task: TrainTask }
    | { readonly kind: "predict"; readonly task: PredictTask }
    | { readonly kind: "inspect"; readonly task: StoredModel }
    | { readonly kind: "convert"; readonly task: ConvertTask }
  );

/** What comes back. */
export type ForestResponse = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | ModelInfo;

/** Answers tasks with the engine that `open` gives; it is asked once a task and should keep what it opened. */
export function serveForest(open: (library: string | undefined) => Promise<Engine>): void {
  serve<ForestRequest, ForestResponse>(async (request) => {
    const engine = await open(request.library);
    const value = answer(engine, request);
    return transferred(value, "buffer" in value ? [value.buffer] : []);
  });
}

function answer(engine: Engine, request: ForestRequest): ForestResponse {
  switch (request.kind) {
    case "train":
      return engine.train(request.task);
    case "predict":
      return engine.predict(request.task);
    case "inspect":
      return engine.inspect(request.task);
    case "convert":
      return engine.convert(request.task);
  }
}
