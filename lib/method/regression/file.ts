/** Fitted regressions as bytes. @module */
import { type } from "arktype";
import { packFitted, unpackFitted } from "../learn/fitted_file.ts";
import type { LogisticFitted } from "./apply.ts";

const schema = type({ "+": "reject", intercept: "number" });

/** The bytes of a fitted regression, for a file. */
export function packLogistic({ mean, deviation, weights, intercept }: LogisticFitted): Uint8Array<ArrayBuffer> {
  return packFitted("logistic", {
    settings: { intercept },
    tensors: {
      mean: { dtype: "f64", shape: [mean.length], data: mean },
      deviation: { dtype: "f64", shape: [deviation.length], data: deviation },
      weights: { dtype: "f64", shape: [weights.length], data: weights },
    },
  });
}

/** @throws {SyntaxError} where the bytes are not what {@linkcode packLogistic} gives */
export function unpackLogistic(bytes: Uint8Array): LogisticFitted {
  const { settings: { intercept }, tensors: { mean, deviation, weights } } = unpackFitted("logistic", bytes, schema, {
    mean: ["f64", 1],
    deviation: ["f64", 1],
    weights: ["f64", 1],
  });
  const fits = [mean, deviation].every(({ data }) => data.length === weights.data.length) &&
    [mean, deviation, weights].every(({ data }) => data.every(Number.isFinite)) &&
    deviation.data.every((value) => value > 0);
  if (!fits) throw new SyntaxError("Cannot read a fitted logistic as its arrays do not fit each other");
  return { mean: mean.data, deviation: deviation.data, weights: weights.data, intercept };
}
