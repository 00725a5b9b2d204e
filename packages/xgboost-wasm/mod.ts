/**
 * XGBoost 3.2.0 as WebAssembly: training, prediction and SHAP values in Deno, Node.js and the browser, with the models of the
 * Python package on Linux, byte for byte.
 *
 * ```ts
 * import { openXgboost } from "./mod.ts";
 * const xgboost = await openXgboost();
 * const table = { values: new Float32Array([1, 2, 8, 9]), rows: 4, width: 1, columns: ["size"] };
 * const parameters = { objective: "binary:logistic", max_depth: 2, min_child_weight: 0 };
 * const bytes = xgboost.train({ table, labels: new Float32Array([0, 0, 1, 1]), parameters, rounds: 5 });
 * const [first, , , last] = xgboost.predict({ model: { bytes }, table, output: "value" });
 * console.assert(first < 0.5 && last > 0.5);
 * ```
 * @module
 */
export * from "./src/engine.ts";
export * from "./src/library.ts";
export * from "./src/open.ts";
export * from "./src/version.ts";
export * from "./src/wasm_library.ts";
