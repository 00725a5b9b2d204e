/** The workers of a run, and what they are told of it. @module */
import type { Backbone } from "../../../method/backbone/backbone.ts";
import type { Cache } from "../cache/cache.ts";
import type { Fleet } from "./job.ts";
import type { NamedDetector } from "../steps/methods.ts";
import type { Reference } from "../pictures/reference.ts";
import { keepFile, keepSetup } from "./setup.ts";

/** Processes that do the tasks of a run, and the entry that says with what. */
export interface RunFleet {
  readonly fleet: Fleet;
  readonly setup: string;
  /** Files that the settings of detectors and classifiers name. */
  readonly files: ReadonlySet<string>;
}

/** Keeps what the workers of a run need beside its tasks. */
export async function runFleet(
  { cache, backbone, backbones = new Map(), reference, detectors }: {
    readonly cache: Cache;
    readonly backbone: Backbone;
    /** Those of looks, by their files. */
    readonly backbones?: ReadonlyMap<string, Backbone>;
    /** What pictures are aligned with, where they are. */
    readonly reference?: Reference;
    readonly detectors: readonly NamedDetector[];
  },
  fleet: Fleet,
): Promise<RunFleet> {
  for (const { model } of [backbone, ...backbones.values()]) await keepFile(cache, model);
  if (reference) await keepFile(cache, reference.file);
  const others = [...backbones.values()].map(factsOf);
  const setup = await keepSetup(cache, {
    kind: "run",
    backbone: factsOf(backbone),
    ...others.length > 0 && { others },
    ...reference && { reference: reference.sha256 },
  });
  return { fleet, setup, files: new Set(detectors.flatMap(({ files = {} }) => Object.keys(files))) };
}

function factsOf({ model: _, ...facts }: Backbone): Omit<Backbone, "model"> {
  return facts;
}
