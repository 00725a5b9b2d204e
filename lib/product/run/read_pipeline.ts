/** Reading a pipeline file: a module whose default export is a definition, or a function from the size to one. @module */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { FEATURE_SETS } from "../../method/features/paper.ts";
import type { StandInSize } from "../../picture/stand_in/plan.ts";
import type { FeatureSet } from "../../method/features/feature_set.ts";
import { isFeatureSet } from "../experiment/definition_schema.ts";
import { parseDefinition } from "../experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../experiment/definition.ts";

/**
 * Finds a pipeline file here or in `pipelines/`, with or without `.ts`, and reads it.
 *
 * @throws {Error} where there is none, or it cannot be loaded
 * @throws {TypeError} where what it exports is no pipeline
 */
export async function readPipeline(
  name: string,
  size: StandInSize,
): Promise<{ readonly definition: PipelineDefinition; readonly file: string }> {
  const { value, file } = await readDefault(name, size, parseDefinition);
  return { definition: value, file };
}

/**
 * The feature set of a pipeline file, or the one that a module has for its default export. See {@linkcode readPipeline}.
 *
 * @throws {Error} where there is no such file, or it cannot be loaded
 * @throws {TypeError} where what it exports is neither
 */
export async function readFeatures(name: string): Promise<FeatureSet> {
  const { value } = await readDefault(name, "small", (exported) => {
    if (isFeatureSet(exported)) return exported;
    const { features } = parseDefinition(exported);
    return typeof features === "string" ? FEATURE_SETS[features] : features;
  });
  return value;
}

async function readDefault<T>(
  name: string,
  size: StandInSize,
  parse: (exported: unknown) => T,
): Promise<{ readonly value: T; readonly file: string }> {
  const { file, content } = await loadPipeline(name);
  if (!("default" in content)) {
    throw new TypeError(`Cannot use the pipeline file "${file}" as it has no default export`);
  }
  try {
    return { value: parse(typeof content.default === "function" ? content.default(size) : content.default), file };
  } catch (cause) {
    throw new TypeError(`Cannot use the pipeline file "${file}"`, { cause });
  }
}

/** Finds a pipeline file and loads it: what it exports. See {@linkcode readPipeline}. */
export async function loadPipeline(
  name: string,
): Promise<{ file: string; content: { default?: unknown; maps?: unknown } }> {
  const candidates = [name, `pipelines/${name}`, `${name}.ts`, `pipelines/${name}.ts`].map((file) => resolve(file));
  const file = candidates.find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`Cannot find the pipeline file "${name}" as it is neither here nor in pipelines/`);
  try {
    return { file, content: await import(pathToFileURL(file).href) };
  } catch (cause) {
    throw new Error(`Cannot read the pipeline file "${file}"`, { cause });
  }
}
