/** The worker of a {@linkcode ForestRunner}, over the embedded XGBoost. @module */
import { embeddedEngine } from "./embedded.ts";
import { serveForest } from "./serve_forest.ts";

serveForest(() => embeddedEngine());
