/** What the command line says of a pipeline in place of its file, and where the run writes. @module */
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import type { Output } from "../../../base/io/apart.ts";
import type { pipelineCommand } from "../options/pipeline_options.ts";
import { parseDefinition } from "../../../product/experiment/define_pipeline.ts";
import type { PipelineDefinition } from "../../../product/experiment/definition.ts";
import { readLooks } from "../options/look_options.ts";
import { alignSetting } from "../options/picture_options.ts";

export type PipelineOptions = InferValue<typeof pipelineCommand>;

/** Where a run writes. */
export function outputsOf({ runs, cache, name }: PipelineOptions, pipeline: string): Output[] {
  const own = join(runs, pipeline);
  return [
    { path: cache, option: "--cache" },
    { path: own, option: "--runs" },
    ...name === undefined ? [] : [
      { path: join(own, name), option: "--name" },
      { path: join(own, name, "models"), option: "--name", replaced: true },
    ],
  ];
}

/**
 * A pipeline with what the options say in place of its file.
 *
 * @throws {TypeError} where they do not go together
 */
export function chosenPipeline(definition: PipelineDefinition, options: PipelineOptions): PipelineDefinition {
  const seeds = options.seeds?.split(",").map(Number) ?? definition.seeds;
  const object = options.object ?? definition.data.object;
  const segments = options.segments ?? definition.segments;
  if (segments.includes("{object}") && object === undefined) {
    throw new TypeError(`Cannot find the segment maps "${segments}" as no object is named: add --object NAME, or all`);
  }
  const looks = readLooks(definition.looks, options.looks);
  return parseDefinition({
    ...definition,
    ...looks && { looks },
    ...options.crossFit !== undefined && { crossFit: options.crossFit },
    segments,
    seeds,
    decision: {
      ...definition.decision,
      ...options.recall !== undefined && { recall: options.recall },
      ...options.confidence !== undefined && { confidence: options.confidence },
      ...options.falseAlarms !== undefined && { falseAlarms: options.falseAlarms },
    },
    data: {
      ...definition.data,
      ...object !== undefined && { object },
      ...options.group !== undefined && { group: options.group },
      ...options.table !== undefined && { table: options.table },
    },
    picture: {
      ...definition.picture,
      ...options.depth && { depth: options.depth },
      ...options.maxPixels && { maxPixels: options.maxPixels },
      ...alignSetting(options.align),
    },
  });
}
