/** Reading a pipeline file: a module whose default export is a definition, or a function from the size to one. @module */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseDefinition, type PipelineDefinition } from "./definition.ts";

/** How large a run is: the quick one, or with the paper's counts. */
export type RunSize = "small" | "paper";

/**
 * Finds a pipeline file here or in `pipelines/`, with or without `.ts`, and reads it.
 *
 * @throws {Error} where there is none, or it cannot be loaded
 * @throws {TypeError} where what it exports is no pipeline
 */
export async function readPipeline(
  name: string,
  size: RunSize,
): Promise<{ readonly definition: PipelineDefinition; readonly file: string }> {
  const candidates = [name, `pipelines/${name}`, `${name}.ts`, `pipelines/${name}.ts`].map((file) => resolve(file));
  const file = candidates.find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`Cannot find the pipeline file "${name}" as it is neither here nor in pipelines/`);
  let content: { default?: unknown };
  try {
    content = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new Error(`Cannot read the pipeline file "${file}"`, { cause });
  }
  if (!("default" in content)) {
    throw new TypeError(`Cannot use the pipeline file "${file}" as it has no default export`);
  }
  try {
    const value = typeof content.default === "function" ? content.default(size) : content.default;
    return { definition: parseDefinition(value), file };
  } catch (cause) {
    throw new TypeError(`Cannot use the pipeline file "${file}"`, { cause });
  }
}
