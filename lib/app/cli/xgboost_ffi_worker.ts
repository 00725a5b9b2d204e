/** The worker of a {@linkcode ForestRunner} over a native library: `openForestRunner({ worker, library })`. @module */
import { type Engine, openEngine } from "../../../packages/xgboost-wasm/mod.ts";
import { serveForest } from "../../method/forest/serve_forest.ts";
import { openNativeLibrary } from "./xgboost_ffi.ts";

const opened = new Map<string, Engine>();

serveForest((path) => {
  if (path === undefined) throw new Error("Cannot open a native XGBoost as no library was named");
  const engine = opened.get(path) ?? openEngine(openNativeLibrary(path));
  opened.set(path, engine);
  return Promise.resolve(engine);
});
