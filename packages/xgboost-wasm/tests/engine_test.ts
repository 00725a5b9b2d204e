/** What the engine does beside the wheel's models: other objectives, refusals, and the runtimes that it asks for. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openXgboost, type Table } from "../mod.ts";
import { makeInput } from "./inputs.ts";

const { values, labels } = makeInput(200, 4, true, 3);
const table: Table = { values, rows: 200, width: 4, columns: [] };
const binary = { objective: "binary:logistic", max_depth: 3 };

Deno.test("the value is the objective's: a probability is the logistic function of the score", async () => {
  const xgboost = await openXgboost();
  const bytes = xgboost.train({ table, labels: Float32Array.from(labels), parameters: binary, rounds: 10 });
  const [value, score] = (["value", "score"] as const).map((output) =>
    xgboost.predict({ model: { bytes }, table, output })
  );
  score.forEach((margin, row) => assert.ok(Math.abs(1 / (1 + Math.exp(-margin)) - value[row]) < 1e-6));
  const right = value.reduce((count, p, row) => count + Number(Number(p > 0.5) === labels[row]), 0);
  assert.ok(right > 180, `${right} of 200`);
});

Deno.test("classes have a probability each, and numbers are learned as such", async () => {
  const xgboost = await openXgboost();
  const known: Table = { values: Float32Array.from({ length: 90 }, (_, i) => i), rows: 90, width: 1, columns: ["x"] };
  const classes = Float32Array.from({ length: 90 }, (_, i) => Math.floor(i / 30));
  const parameters = { objective: "multi:softprob", num_class: 3, max_depth: 2 };
  const bytes = xgboost.train({ table: known, labels: classes, parameters, rounds: 20 });
  const found = xgboost.predict({ model: { bytes }, table: known, output: "value" });
  assert.equal(found.length, 270);
  classes.forEach((label, row) => {
    const of = found.subarray(3 * row, 3 * row + 3);
    assert.ok(Math.abs(of.reduce((a, b) => a + b, 0) - 1) < 1e-5);
    assert.equal(of.indexOf(Math.max(...of)), label, `row ${row}`);
  });
  const squares = known.values.map((x) => x * x);
  const regression = { objective: "reg:squarederror", learning_rate: 0.3 };
  const model = { bytes: xgboost.train({ table: known, labels: squares, parameters: regression, rounds: 60 }) };
  const values = xgboost.predict({ model, table: known, output: "value" });
  values.forEach((value, row) => assert.ok(Math.abs(value - squares[row]) < 200, `${value} is not ${squares[row]}`));
});

Deno.test("what does not fit is refused before XGBoost reads beyond it, and what XGBoost refuses is in its words", async () => {
  const xgboost = await openXgboost();
  const task = { table, labels: Float32Array.from(labels), parameters: binary, rounds: 1 };
  const wrong: [Partial<typeof task>, string, RegExp][] = [
    [{ table: { ...table, rows: 201 } }, "TypeError", /^Cannot use a table of 201 × 4 as it has 800 values$/],
    [{ table: { ...table, columns: ["a"] } }, "TypeError", /4 columns as it has 1 names$/],
    [{ labels: new Float32Array(3) }, "TypeError", /200 rows as it has 3 labels$/],
    [
      { parameters: { ...binary, objective: "binary:nothing" } },
      "RangeError",
      /^Cannot train a model as XGBoost says: Unknown objective function: `binary:nothing`/,
    ],
  ];
  for (const [change, name, message] of wrong) {
    assert.throws(() => xgboost.train({ ...task, ...change }), { name, message });
  }
  assert.throws(() => xgboost.predict({ model: { bytes: new Uint8Array([1, 2, 3]) }, table, output: "value" }), {
    name: "SyntaxError",
    message: /^Cannot read model "a model" as XGBoost says: /,
  });
  assert.ok(xgboost.train(task).length > 0, "it goes on");
});

Deno.test("nothing is asked for but what a web browser has; files are read where an address names one", async () => {
  const folder = fileURLToPath(new URL("../src/", import.meta.url));
  const sources = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  assert.ok(sources.includes("engine.ts"));
  for (const name of sources) {
    const text = await readFile(`${folder}${name}`, "utf8");
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, from] of code.matchAll(/^(?:import|export) .*from "([^"]+)"/gm)) assert.match(from, /^\.\/\w+\.ts$/);
    assert.doesNotMatch(code, /\b(Deno|process|Buffer|require)\b[.(]/, name);
    assert.doesNotMatch(code, /^import .*node:/m, name);
  }
});

Deno.test("the example runs", async () => {
  const example = fileURLToPath(new URL("../example.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-read", example],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const [, right] = /, (\d+) of 1000 unseen points right/.exec(new TextDecoder().decode(stdout)) ?? [];
  assert.ok(Number(right) > 880, right);
});
