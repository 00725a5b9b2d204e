/**
 * Every detector alone on the stand-in, and SegAD over all of them with EfficientAD and without: `learned.ts` without
 * classifiers.
 *
 *     deno task pipeline detectors.ts --seeds 333
 *
 * About half an hour and a seed on 2 cores, most of it EfficientAD's.
 */
import { definePipeline, type PipelineDefinition } from "../mod.ts";
import learned from "./learned.ts";

/** A pipeline with the rows that need no classifier. */
export function withoutClassifiers(pipeline: PipelineDefinition): PipelineDefinition {
  const { classifiers = {}, paper: _, methods, ...rest } = pipeline;
  const rows = Object.entries(methods).filter(([, method]) =>
    !("classifier" in method) && !("alone" in method && Object.hasOwn(classifiers, method.alone))
  );
  return { ...rest, methods: Object.fromEntries(rows) };
}

export default (size: "small" | "paper") =>
  definePipeline({
    ...withoutClassifiers(learned(size)),
    name: "detectors",
    decision: { benchmark: "high-shot", method: "All AD + Ours", recall: 0.95 },
  });
