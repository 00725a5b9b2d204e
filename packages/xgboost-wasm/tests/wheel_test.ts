/** The embedded XGBoost against what the Python wheel made of the same features. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { type Engine, openXgboost, type Parameters, type Table } from "../mod.ts";
import { makeColumns, makeInput, sha256 } from "./inputs.ts";

interface WheelCase {
  name: string;
  rows: number;
  columns: number;
  settings: Parameters & { readonly n_estimators: number };
  seed: number;
  missing: boolean;
  named: boolean;
  noisy: boolean;
  scalePosWeight: number;
  sha256: string;
  bytes: number;
  ubjSha256: string;
  scores: number[];
  contributions: number[];
}

const cases: WheelCase[] = JSON.parse(await readFile(new URL("./fixtures/forest.json", import.meta.url), "utf8"));

/** Trains, saves and predicts as the wheel did, and compares. */
function compare(engine: Engine, wheel: WheelCase, salt: number): void {
  const { values, labels } = makeInput(wheel.rows, wheel.columns, wheel.missing, salt, wheel.noisy);
  const columns = wheel.named ? makeColumns(wheel.columns) : [];
  const table: Table = { values, rows: wheel.rows, columns, width: wheel.columns };
  const { n_estimators: rounds, ...settings } = wheel.settings;
  const json = engine.train({
    name: "model",
    table,
    labels: Float32Array.from(labels),
    parameters: { random_state: wheel.seed, scale_pos_weight: wheel.scalePosWeight, ...settings },
    rounds,
  });
  assert.equal(json.length, wheel.bytes);
  assert.equal(sha256(json), wheel.sha256);
  assert.equal(sha256(engine.convert({ bytes: json, name: "model", format: "ubj" })), wheel.ubjSha256);
  const first = { ...table, values: values.subarray(0, 6 * wheel.columns), rows: 6 };
  const model = { key: -salt - 1, name: "model", bytes: json };
  const scores = engine.predict({ model, table: first, output: "score" });
  assert.deepEqual(scores, Float32Array.from(wheel.scores));
  const contributions = engine.predict({ model, table: first, output: "contributions" });
  contributions.forEach((value, i) => assert.ok(Math.abs(value - wheel.contributions[i]) < 1e-5));
  assert.equal(contributions.length, wheel.contributions.length);
}

cases.forEach((wheel, i) => {
  Deno.test(`a model equals the Python wheel's byte for byte: ${wheel.name}`, async () => {
    compare(await openXgboost(), wheel, 10 * i);
  });
});
