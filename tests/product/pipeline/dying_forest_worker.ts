/** The embedded XGBoost in a worker that ends while it trains a forest whose name asks for it. */
import { openXgboost } from "../../../packages/xgboost-wasm/mod.ts";
import { serveForest } from "../../../lib/method/forest/serve_forest.ts";

serveForest(async () => {
  const engine = await openXgboost();
  return {
    ...engine,
    train(task) {
      if (/(dies.*|^pcb1\/rd4ad)\/2$/.test(task.name ?? "") || /no folds.*fold 1$/.test(task.name ?? "")) Deno.exit(3);
      return engine.train(task);
    },
  };
});
