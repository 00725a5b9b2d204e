/** Which detectors, which classifier and which evidence a row of the table needs. @module */
import type { MethodSettings, PipelineDefinition } from "./definition.ts";

/** The classifier that a method needs, by name. */
export function classifierOf(definition: PipelineDefinition, method: string): string | undefined {
  const how = definition.methods[method];
  if ("forest" in how) return how.classifier;
  return "alone" in how && Object.hasOwn(definition.classifiers ?? {}, how.alone) ? how.alone : undefined;
}

/** Which detectors of a pipeline a method needs, by their places. */
export function detectorsOf(definition: PipelineDefinition, method: string): number[] {
  const all = Object.keys(definition.detectors);
  const names = new Set(
    partsOf(definition, method).flatMap((part) => {
      const how = definition.methods[part];
      // Standards are of all detectors together.
      if (seesEvidence(how)) return all;
      return "alone" in how ? [how.alone] : "forest" in how ? how.forest : [];
    }),
  );
  return all.flatMap((name, place) => names.has(name) ? [place] : []);
}

/** The simple methods that a method is made of: itself, or those that it puts together or chooses from. */
export function partsOf({ methods }: Pick<PipelineDefinition, "methods">, method: string): string[] {
  const how = methods[method];
  const others = "together" in how ? how.together : "best" in how ? how.best : undefined;
  return others ? [...new Set(others.flatMap((other) => partsOf({ methods }, other)))] : [method];
}

/** Whether a method sees evidence beside the statistics of maps. */
export function seesEvidence(how: MethodSettings): boolean {
  return "regression" in how || "forest" in how && how.blocks !== undefined;
}
