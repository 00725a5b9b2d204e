/** Segment maps of projects, the mean picture that they are painted over, and warnings about pictures. @module */
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { type } from "arktype";
import { findProject } from "../../../product/station/projects.ts";
import {
  type PaintedMap,
  paintMap,
  readProjectMap,
  removeProjectMap,
  segmentMapPath,
  writeProjectMap,
} from "../../../product/station/segment_map.ts";
import { MissingError } from "../../../product/station/station.ts";
import { warningsOf } from "../../../product/station/warnings.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { readForm } from "../body.ts";
import type { ServiceContext } from "../context.ts";
import { ServiceError } from "../http/errors.ts";
import { check, type Route, route } from "../http/route.ts";
import { meanPicture } from "../mean_picture.ts";
import { suggestMap } from "../suggest_map.ts";

const path = "/v1/projects/:project/segments";
/** Names by colours, the short form of a legend. */
const colours = type({ "[/^#[0-9a-fA-F]{6}$/]": /^[A-Za-z0-9_]+$/, "+": "reject" });
const query = type({ "by?": "string <= 200" });

export function segmentRoutes({ station, limits }: ServiceContext): Route[] {
  const view = (project: string, { plane: { width, height }, segments }: PaintedMap) => (
    { width, height, segments, link: `/v1/projects/${project}/segments.png` }
  );
  return [
    route({
      method: "get",
      path: "/v1/projects/:project/warnings",
      tag: "parts",
      about: "What is odd about the training pictures",
      handle: async ({ param }) => ({
        warnings: await warningsOf(station, findProject(station, param("project")).name, limits),
      }),
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/mean",
      tag: "segments",
      about: "The mean of good training pictures, to paint over",
      gives: "image/png",
      async handle({ param }) {
        const { name } = findProject(station, param("project"));
        return png(await meanPicture(station, name, limits));
      },
    }),
    route({
      method: "get",
      path,
      tag: "segments",
      about: "The segment map of a project",
      handle: async ({ param }) => view(param("project"), await readProjectMap(station, param("project"))),
    }),
    route({
      method: "get",
      path: `${path}.png`,
      tag: "segments",
      about: "The segment map in its colours, or as it was kept",
      gives: "image/png",
      query: type({ "kept?": type("'1'").describe("1 gives the file as it was kept, in values or colours") }),
      async handle({ param, query: { kept } }) {
        const map = await readProjectMap(station, param("project"));
        if (kept === undefined) return png(await paintMap(map));
        return png(await readFile(segmentMapPath(station, param("project"))));
      },
    }),
    route({
      method: "put",
      path,
      tag: "segments",
      about:
        "Keeps a segment map: map, a PNG in colours or grey values, and legend, JSON as beside the maps of segmaps/ " +
        "or an object of names by colours",
      query,
      sends: ["multipart/form-data"],
      async handle({ param, request, query: { by = "" } }) {
        const form = await readForm(request, limits.bodyBytes);
        const [map, given] = ["map", "legend"].map((name) => form.get(name));
        if (map === null || typeof map === "string" || given === null) {
          throw new ServiceError("invalid", "Cannot take a segment map as the form must have the file map and legend");
        }
        const text = typeof given === "string" ? given : await given.text();
        const painted = { png: new Uint8Array(await map.arrayBuffer()), legend: legendOf(param("project"), text), by };
        try {
          return view(param("project"), await writeProjectMap(station, param("project"), painted));
        } catch (error) {
          if (error instanceof MissingError) throw error;
          throw new ServiceError("invalid", describeError(error), { cause: error });
        }
      },
    }),
    route({
      method: "delete",
      path,
      tag: "segments",
      about: "Takes the segment map away",
      status: 204,
      query,
      handle: ({ param, query: { by = "" } }) => removeProjectMap(station, param("project"), by),
    }),
    route({
      method: "post",
      path: `${path}/suggest`,
      tag: "segments",
      about: "A segment map to begin with, found in good pictures; nothing is kept",
      body: type({ way: "'clusters' | 'foreground'", "parts?": "2 <= number.integer <= 64" }),
      async handle({ param, body: { way, parts = 5 } }) {
        const { name } = findProject(station, param("project"));
        const map = await suggestMap(station, name, { way, parts });
        const { link: _, ...rest } = view(name, map);
        return { ...rest, png: `data:image/png;base64,${Buffer.from(await paintMap(map)).toString("base64")}` };
      },
    }),
  ];
}

/** A legend in the format of files, whichever form it came in. */
function legendOf(project: string, text: string): string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new ServiceError("invalid", "Cannot take the legend as it is no JSON", { cause });
  }
  if (typeof given === "object" && given !== null && "labels" in given) return text;
  const names: Readonly<Record<string, string>> = check(colours, given, "take the legend");
  const labels = Object.entries(names).map(([colour, name], value) => ({ value, name, colour }));
  // What is left black belongs to nothing.
  const free = !labels.some(({ colour }) => colour === "#000000");
  const ignored = { value: 255, name: "ignored", colour: "#000000", ignored: true };
  return JSON.stringify({ name: project, labels: [...labels, ...free ? [ignored] : []] });
}

/** It may change. */
function png(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), { headers: { "content-type": "image/png", "cache-control": "no-cache" } });
}
