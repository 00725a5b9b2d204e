/**
 * ONNX graphs as data: values and operators, shapes that are checked when a node is made, gradients, and files.
 *
 * @module
 */
export { type BatchStatistics, withBatchStatistics } from "./batch_statistics.ts";
export { gradients } from "./gradients/differentiate.ts";
export { importModel, type ImportOptions } from "./file/import.ts";
export { readOnnxFile } from "./file/read.ts";
export { buildModel, type ModelOptions } from "./model.ts";
export * as ops from "./ops.ts";
export { substitute } from "./substitute.ts";
export { type Element, type ElementData, input, type Literal, literal, type Shaped, type Value } from "./value.ts";
export { drawWeights, type Init, type StoredWeights, storedWeights, type Weights, weightsBehind } from "./weights.ts";
