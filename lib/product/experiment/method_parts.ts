/** Which detectors and which classifier a row of the table needs. @module */
import type { PipelineDefinition } from "./definition.ts";

/** The classifier that a method needs, by name. */
export function classifierOf(definition: PipelineDefinition, method: string): string | undefined {
  const how = definition.methods[method];
  if ("mean" in how) return undefined;
  if ("forest" in how) return how.classifier;
  return Object.hasOwn(definition.classifiers ?? {}, how.alone) ? how.alone : undefined;
}

/** Which detectors of a pipeline a method needs, by their places. */
export function detectorsOf(definition: PipelineDefinition, method: string): number[] {
  const how = definition.methods[method];
  const names = "alone" in how ? [how.alone] : "forest" in how ? how.forest : [];
  return Object.keys(definition.detectors).flatMap((name, place) => names.includes(name) ? [place] : []);
}
