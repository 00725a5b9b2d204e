/** The worker of a {@linkcode ForestRunner}, over the embedded XGBoost. @module */
import { openXgboost } from "../../../packages/xgboost-wasm/mod.ts";
import { serveForest } from "./serve_forest.ts";

serveForest(() => openXgboost());
