/** Where the drawings of pictures lie: as the pictures do, below one folder. @module */
import { dirname, extname, join, relative, resolve } from "node:path";

/**
 * The file of each picture's drawing in a folder: its path from the folder that all pictures have in common, as a PNG.
 *
 * @param pictures paths of files
 * @throws {Error} where two would be drawn into one file
 *
 * ```ts
 * import { overlayFiles } from "./overlay_files.ts";
 * const files = overlayFiles("out", ["parts/good/1.png", "parts/bad/1.jpg"]);
 * console.assert([...files.values()].join() === "out/good/1.png,out/bad/1.jpg.png");
 * ```
 */
export function overlayFiles(folder: string, pictures: readonly string[]): Map<string, string> {
  const places = pictures.map((picture) => resolve(picture));
  const root = commonFolder(places.map((place) => dirname(place)));
  const files = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const [i, place] of places.entries()) {
    const name = relative(root, place);
    const file = join(folder, extname(name).toLowerCase() === ".png" ? name : `${name}.png`);
    const other = owners.get(file.toLowerCase());
    if (other !== undefined && other !== place) {
      throw new Error(
        `Cannot draw "${place}" and "${other}" as both would be "${file}": score them one after the other`,
      );
    }
    owners.set(file.toLowerCase(), place);
    files.set(pictures[i], file);
  }
  return files;
}

/** The deepest folder that all lie in or below. */
function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? "";
  for (const folder of folders) {
    while (relative(common, folder).startsWith("..")) {
      const parent = dirname(common);
      if (parent === common) break;
      common = parent;
    }
  }
  return common;
}
