/** Learning from corrections: what the active version was trained with, and the parts that came since. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCsv } from "../../../base/io/csv.ts";
import type { MethodSettings, PipelineDefinition } from "../../../product/experiment/definition.ts";
import { REFERENCE_FILE } from "../../../product/model/model_file.ts";
import type { Part } from "../../../product/station/parts.ts";
import { findProject } from "../../../product/station/projects.ts";
import { ConflictError, type Station } from "../../../product/station/station.ts";
import { findVersion, type Version } from "../../../product/station/versions.ts";
import type { TrainingSpec } from "./training_spec.ts";

/** What learning is asked for. */
export interface LearnSpec {
  readonly by?: string;
}

type Recorded = PipelineDefinition & { readonly features: string };

/**
 * The run that learning is: that of the active version, with its detectors fitted on the parts that they were fitted on, so that
 * only new parts are mapped, and the judge alone, of all methods, trained again.
 *
 * @param ids of the parts in the folder that is learned from
 * @throws {ConflictError} where there is no run behind the active version
 */
export async function learningChanges(
  station: Station,
  project: string,
  ids: ReadonlyMap<Part, string>,
): Promise<Pick<TrainingSpec, "pipeline" | "changes">> {
  const { run, number, facts } = learnableVersion(station, project);
  const record = await readFile(join(run, "run.json"), "utf8").then(JSON.parse, () => undefined);
  if (record?.definition?.split?.kind !== "folds") {
    throw new ConflictError(
      `Cannot learn from corrections with version ${number} as no run with folds made it: train this project`,
    );
  }
  const definition: Recorded = record.definition;
  const fitted = await fittedContent(run, definition);
  const known = Array.from(ids).filter(([{ sha256, label }]) => label === "good" && fitted.has(sha256));
  if (known.length < fitted.size / 2) {
    throw new ConflictError(
      `Cannot learn as ${known.length} of ${fitted.size} good pictures that version ${number} was fitted on are among ` +
        "the good ones of the project: add their folder, or train",
    );
  }
  const methods = methodsOf(definition.methods, facts.method);
  const { recall, confidence, falseAlarms } = definition.decision;
  return {
    pipeline: record.pipeline,
    changes: {
      picture: pictureOf(run, definition),
      segments: definition.segments,
      split: { ...definition.split, kind: "folds", fit: known.map(([, id]) => id).sort() },
      methods,
      decision: {
        ...{ method: facts.method, recall },
        ...confidence !== undefined && { confidence },
        ...falseAlarms !== undefined && { falseAlarms },
      },
    },
  };
}

/**
 * The active version, which learns.
 *
 * @throws {ConflictError} where there is none, or it is an exported model
 */
export function learnableVersion(station: Station, project: string): Version {
  const { active } = findProject(station, project);
  if (active === null) throw new ConflictError(`Cannot learn as "${project}" has no model yet: train one`);
  const version = findVersion(station, active);
  if (!version.facts.exported) return version;
  throw new ConflictError(
    `Cannot learn from corrections with version ${version.number} as it is an exported model: serve the run that it was ` +
      "exported of with --run, or train this project",
  );
}

/** Parts that were aligned go on to lie as in the same picture, which the run has kept. */
function pictureOf(run: string, { picture }: Recorded): Recorded["picture"] {
  return picture.align === undefined ? picture : { ...picture, align: join(run, "models", REFERENCE_FILE) };
}

/** The content of the good pictures that the detectors of a run were fitted on. */
async function fittedContent(run: string, { split }: Recorded): Promise<Set<string>> {
  const rows = await readCsv(join(run, "manifest.csv"), ["file", "label", "sha256"]);
  const only = split.kind === "folds" && split.fit ? new Set(split.fit) : undefined;
  return new Set(
    rows.filter(({ file, label }) => label === "good" && (!only || only.has(file))).map(({ sha256 }) => sha256),
  );
}

/** A method, those that it is made of, and each detector alone to compare with. */
function methodsOf(
  methods: Readonly<Record<string, MethodSettings>>,
  chosen: string,
): Record<string, MethodSettings> {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name) || !Object.hasOwn(methods, name)) return;
    wanted.add(name);
    const how = methods[name];
    if ("together" in how) how.together.forEach(add);
    if ("best" in how) how.best.forEach(add);
    if ("mean" in how) how.mean.forEach(add);
  };
  add(chosen);
  return Object.fromEntries(
    Object.entries(methods).filter(([name, how]) => wanted.has(name) || "alone" in how),
  );
}
