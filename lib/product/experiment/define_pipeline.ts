/** Checking what a pipeline file says where it enters. @module */
import { type } from "arktype";
import { refuse } from "../../base/text/refuse.ts";
import type { PipelineDefinition } from "./definition.ts";
import { definitionSchema } from "./definition_schema.ts";
import { definitionProblems } from "./definition_problems.ts";

/**
 * Checks a definition and gives it back: `export default definePipeline({...})`.
 *
 * @throws {TypeError} that lists each path with what was expected and what was found
 */
export function definePipeline(definition: PipelineDefinition): PipelineDefinition {
  return parseDefinition(definition);
}

/** {@linkcode definePipeline} for a value of unknown type. */
export function parseDefinition(value: unknown): PipelineDefinition {
  const parsed = definitionSchema(value);
  if (parsed instanceof type.errors) return refuse("use this pipeline", parsed, definitionSchema);
  const problems = definitionProblems(parsed);
  if (problems.length > 0) throw new TypeError(`Cannot use this pipeline as ${problems.join("; ")}`);
  return parsed;
}
