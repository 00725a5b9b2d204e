/** Folders of this machine, to choose one to take in or to watch. @module */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { type } from "arktype";
import { listEntries } from "../../../base/io/walk.ts";
import { MissingError } from "../../../product/station/station.ts";
import type { ServiceContext } from "../context.ts";
import { ServiceError } from "../http/errors.ts";
import { type Route, route } from "../http/route.ts";

const PICTURES = new Set([".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"]);

export function folderRoutes({ guard }: ServiceContext): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/folders",
      tag: "parts",
      about: "Folders of this machine; where only this machine reaches the service",
      query: type({ "path?": "string" }),
      async handle({ query }) {
        if (guard.token !== undefined) {
          throw new ServiceError("missing", "Cannot list folders for who is not at this machine");
        }
        const path = resolve(query.path || homedir());
        if (!await isFolder(path)) throw new MissingError(`Cannot find the folder "${path}"`);
        const entries = await listEntries(path);
        const folders = await Promise.all(
          entries.filter(({ kind }) => kind === "folder").map(async ({ name }) => {
            const below = join(path, name);
            // One that may not be listed is shown all the same.
            const inside = await listEntries(below).catch(() => []);
            return { name, path: below, pictures: inside.filter((entry) => isPicture(entry.name)).length };
          }),
        );
        const parent = dirname(path);
        return {
          path,
          parent: parent === path ? null : parent,
          pictures: entries.filter(({ kind, name }) => kind === "file" && isPicture(name)).length,
          folders,
        };
      },
    }),
  ];
}

function isPicture(name: string): boolean {
  return PICTURES.has(extname(name).toLowerCase());
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isDirectory(), () => false);
}
