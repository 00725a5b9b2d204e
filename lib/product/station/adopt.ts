/** Taking a run folder as it is for the model of a project. @module */
import { basename, dirname, resolve } from "node:path";
import { addProject, findProject, listProjects, type Project } from "./projects.ts";
import type { RunFacts } from "./run_facts.ts";
import type { Station } from "./station.ts";
import { acceptVersion, addVersion, listVersions } from "./versions.ts";

/** A name for a project by a run folder: that of the folder, and where it is a time, that of the pipeline. */
export function nameOfRun(run: string): string {
  const own = basename(resolve(run));
  const name = /^\d{4}-\d\d-\d\dT/.test(own) ? basename(dirname(resolve(run))) : own;
  return name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-").replace(/^[^a-z0-9]+/, "").slice(0, 64) || "model";
}

/** Makes a run the active version of a project, which is added where there is none of that name. */
export function adoptRun(station: Station, name: string, run: string, facts: RunFacts): Project {
  const path = resolve(run);
  return station.transaction(() => {
    if (!listProjects(station).some((one) => one.name === name)) addProject(station, { name });
    const known = listVersions(station, name).find((version) => version.run === path && version.state !== "discarded");
    const version = known ?? addVersion(station, { project: name, kind: "run", run: path, facts });
    acceptVersion(station, version.id, "the command line");
    return findProject(station, name);
  });
}
