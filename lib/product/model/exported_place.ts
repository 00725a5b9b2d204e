/** Where an exported model lies. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MODEL_FILE } from "./model_file.ts";

/** Its name in the folder of an export. */
export const EXPORTED = "model.onnx";

/** Whether a path is an exported model, or the folder of one; a run has `models/`. */
export function isExported(path: string): boolean {
  return path.toLowerCase().endsWith(".onnx") ||
    existsSync(join(path, EXPORTED)) && !existsSync(join(path, "models", MODEL_FILE));
}

/** The file of an exported model. */
export function exportedFile(path: string): string {
  return path.toLowerCase().endsWith(".onnx") ? path : join(path, EXPORTED);
}
