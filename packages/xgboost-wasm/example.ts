/**
 * Trains a model on a thousand drawn points, judges it on a thousand others, and says what made one of them what it is.
 *
 *     deno run --allow-read packages/xgboost-wasm/example.ts
 */
import { openXgboost, type Table } from "./mod.ts";

/** Points in a square; those in a ring around its middle are 1, and one in twenty is told wrongly. */
function draw(rows: number, seed: number): { table: Table; labels: Float32Array } {
  let state = seed;
  const uniform = () => (state = Math.imul(state, 1664525) + 1013904223 >>> 0) / 2 ** 32;
  const values = Float32Array.from({ length: 2 * rows }, () => 2 * uniform() - 1);
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const radius = Math.hypot(values[2 * row], values[2 * row + 1]);
    return Number((radius > 0.4 && radius < 0.8) !== (uniform() < 0.05));
  });
  return { table: { values, rows, width: 2, columns: ["x", "y"] }, labels };
}

const xgboost = await openXgboost();
const [known, unseen] = [draw(1000, 1), draw(1000, 2)];
const parameters = { objective: "binary:logistic", max_depth: 4, learning_rate: 0.3 };
const bytes = xgboost.train({ ...known, parameters, rounds: 40 });
const model = { bytes };
const probabilities = xgboost.predict({ model, table: unseen.table, output: "value" });
const right = probabilities.reduce((count, p, row) => count + Number(Number(p > 0.5) === unseen.labels[row]), 0);
const [x, y, bias] = xgboost.predict({ model, table: unseen.table, output: "contributions" });
console.log(`XGBoost ${xgboost.version}: a model of ${bytes.length} bytes, ${right} of 1000 unseen points right`);
console.log(`The first: ${x.toFixed(2)} by x, ${y.toFixed(2)} by y, ${bias.toFixed(2)} to begin with, in log-odds`);
