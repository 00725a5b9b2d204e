/** Watched folders. @module */
import { type } from "arktype";
import { findProject } from "../../../product/station/projects.ts";
import { MissingError } from "../../../product/station/station.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";

/** A camera writes a picture in one go. */
const SETTLE_MS = 500;

export function watchRoutes({ station, watches }: ServiceContext): Route[] {
  const path = "/v1/projects/:project/watch";
  return [
    route({
      method: "get",
      path,
      tag: "watch",
      about: "The folder that a project watches",
      handle({ param }) {
        const view = watches.view(findProject(station, param("project")).name);
        if (!view) throw new MissingError(`Cannot find a folder that "${param("project")}" watches`);
        return view;
      },
    }),
    route({
      method: "put",
      path,
      tag: "watch",
      about: "Judges the pictures of a folder of this machine as they come",
      body: type({
        path: "string",
        "then?": "'move' | 'mark' | 'leave'",
        "settleMs?": "50 <= number.integer <= 60000",
      }),
      handle: ({ param, body: { path, then = "move", settleMs = SETTLE_MS } }) =>
        watches.set({ project: findProject(station, param("project")).name, path, after: then, settle: settleMs }),
    }),
    route({
      method: "delete",
      path,
      tag: "watch",
      about: "Watches the folder no more",
      status: 204,
      handle: ({ param }) => watches.end(param("project")),
    }),
  ];
}
