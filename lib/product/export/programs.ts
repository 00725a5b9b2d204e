/** Programs that lie beside an exported model, in languages that know nothing of this one. @module */
import { readAsset } from "../../base/io/asset.ts";

/** A file of an export that is the same for every model. */
export interface Program {
  /** Its path. */
  readonly file: string;
  read(): Promise<Uint8Array>;
}

/** Those of every export. */
export const PROGRAMS: readonly Program[] = filesOf([
  "README.md",
  "segad.py",
  "segad.mjs",
  "verify.mjs",
  "csharp/Segad.cs",
  "csharp/Segad.csproj",
]);

/** The browser page, which wants the runtime's files beside it. */
export const PAGE: readonly Program[] = filesOf(["index.html", "page.mjs", "resize.mjs", "verify.mjs"]);

function filesOf(files: readonly string[]): Program[] {
  return files.map((file) => ({ file, read: () => readAsset(new URL(`./programs/${file}`, import.meta.url)) }));
}
