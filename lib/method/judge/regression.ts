/** A logistic regression as a judge. @module */
import { join } from "node:path";
import { type } from "arktype";
import { shaped } from "../../base/tensor/tensor.ts";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { readSafetensors, writeSafetensors } from "../../base/io/safetensors.ts";
import { selectColumns } from "../features/select.ts";
import type { Contributions } from "../forest/forest.ts";
import { LEVELS } from "../forest/good_quantiles.ts";
import { packLogistic, unpackLogistic } from "../regression/file.ts";
import { applyLogistic } from "../regression/apply.ts";
import { standardise } from "../regression/standard_columns.ts";
import type { JudgeRules, Judges } from "./contract.ts";

const columnsSchema = type({ "+": "reject", columns: "string[] >= 1", "parts?": "number.integer > 0" });

/** What a regression does. Each column moves the log-odds by its weight times how far it is from its mean. */
export const regression: JudgeRules<Judges["regression"]> = {
  columns: ({ columns }) => columns,
  title: () => "the regression",
  apply({ columns, model }) {
    const stage = applyLogistic(model);
    return (input) => Promise.resolve(stage(selectColumns(input.features, input.columns, columns)));
  },
  explain({ columns, model, goodQuantiles }) {
    return {
      columns,
      goodQuantiles,
      contributions(input) {
        const features = selectColumns(input.features, input.columns, columns);
        const rows = standardise(features, model);
        const [N, F] = features.shape;
        const all: Contributions = shaped("f32", ["N", "F+1"], [N, F + 1]);
        for (let n = 0; n < N; n++) {
          for (let f = 0; f < F; f++) all.data[n * (F + 1) + f] = rows[n * F + f] * model.weights[f];
          all.data[n * (F + 1) + F] = model.intercept;
        }
        return Promise.resolve(all);
      },
    };
  },
  async write({ columns, model, goodQuantiles }, folder) {
    const place = join(folder, "regression");
    await writeFileAtomic(join(place, "weights.safetensors"), packLogistic(model));
    if (goodQuantiles) {
      const quantiles = { dtype: "f32", shape: [columns.length, LEVELS], data: goodQuantiles.quantiles } as const;
      await writeFileAtomic(join(place, "good.safetensors"), writeSafetensors({ quantiles }));
    }
    const named = { columns, ...goodQuantiles && { parts: goodQuantiles.parts } };
    await writeFileAtomic(join(place, "columns.json"), new TextEncoder().encode(`${JSON.stringify(named)}\n`));
  },
  async read(folder) {
    const place = folder.below("regression");
    try {
      const named = columnsSchema(JSON.parse(new TextDecoder().decode(await place.read("columns.json"))));
      if (named instanceof type.errors) throw new SyntaxError(named.summary);
      const { columns, parts } = named;
      const model = unpackLogistic(await place.read("weights.safetensors"));
      if (model.weights.length !== columns.length) {
        throw new SyntaxError(
          `Cannot read a regression of ${model.weights.length} weights for ${columns.length} columns`,
        );
      }
      if (parts === undefined) return { kind: "regression", columns, model };
      const path = join(place.path, "good.safetensors");
      const { quantiles } = readSafetensors(await place.read("good.safetensors"), path).tensors;
      if (quantiles?.dtype !== "f32" || quantiles.data.length !== columns.length * LEVELS) {
        throw new SyntaxError(`Cannot read "${path}" as quantiles of ${columns.length} columns`);
      }
      return { kind: "regression", columns, model, goodQuantiles: { parts, quantiles: quantiles.data } };
    } catch (cause) {
      throw new Error(`Cannot use the regression in "${place.path}": run the pipeline again`, { cause });
    }
  },
};
