/**
 * Where a command was typed. `deno task` runs it in the project's folder and names the other in INIT_CWD: paths that were
 * typed are of that folder, those of pipeline files and the defaults of the project.
 * @module
 */
import { statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import process from "node:process";

const project = process.cwd();
let typed = project;

/** Goes where the command was typed. */
export function enterTypedFolder(): void {
  const folder = process.env.INIT_CWD;
  if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (resolve(folder) === project) return;
  process.chdir(folder);
  typed = process.cwd();
}

/** A folder of the project as it would have been typed. */
export function ofProject(name: string): string {
  return typed === project ? name : relative(typed, join(project, name));
}

/** Options with paths as seen from the project's folder, to which it goes back: what a pipeline file names lies there. */
export function backInProject<Options extends object>(options: Options, paths: readonly (keyof Options)[]): Options {
  if (typed === project) return options;
  process.chdir(project);
  const moved = { ...options };
  for (const key of paths) {
    const value = options[key];
    if (typeof value !== "string") continue;
    moved[key] = fromProject(value) as Options[typeof key];
  }
  return moved;
}

/** A path that was typed, as seen from the project's folder. */
export function fromProject(path: string): string {
  return typed === project || isAbsolute(path) ? path : relative(project, resolve(typed, path)) || ".";
}

/** A path of the project's folder as it can be typed again. */
export function toTyped(path: string): string {
  return typed === project || isAbsolute(path) ? path : relative(typed, resolve(project, path)) || ".";
}
