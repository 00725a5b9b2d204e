/** Projects and their parts. @module */
import { type } from "arktype";
import { decodePixels } from "../../../picture/image/decode.ts";
import { sniffFormat } from "../../../picture/image/format.ts";
import { encodePreview } from "../../../picture/image/preview.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { eventsOfPart } from "../../../product/station/events.ts";
import {
  controlPart,
  findPart,
  labelPart,
  listParts,
  type Part,
  removePart,
  setRole,
} from "../../../product/station/parts.ts";
import { readPicture } from "../../../product/station/pictures.ts";
import {
  addProject,
  countParts,
  findProject,
  listProjects,
  type Project,
  removeProject,
} from "../../../product/station/projects.ts";
import { hasSegmentMap } from "../../../product/station/segment_map.ts";
import { runningJob } from "../../../product/station/jobs.ts";
import { readPictures } from "../body.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";
import { takePicture } from "../take_picture.ts";
import { viewPart } from "../views.ts";

const label = type("'good' | 'bad'");
const by = type("string <= 200");
const partQuery = type({
  "role?": "'training' | 'judged'",
  "label?": "'good' | 'bad' | 'none'",
  "decision?": "'good' | 'review' | 'bad' | 'unread' | 'not_judged'",
  "source?": "'upload' | 'folder' | 'watch' | 'api' | 'run'",
  "control?": "'0' | '1'",
  "wrong?": type("'1'").describe("those whose label and latest decision differ"),
  "order?": "'new' | 'old' | 'score' | 'name'",
  "limit?": "string.integer.parse",
  "offset?": "string.integer.parse",
});

export function projectRoutes(context: ServiceContext): Route[] {
  const { station, limits, jobs, watches } = context;

  function viewProject({ name, about, created, active }: Project) {
    const job = runningJob(station, name);
    return {
      ...{ name, about, created, version: active, counts: countParts(station, name) },
      segments: hasSegmentMap(station, name),
      job: job ? jobs.view(job) : null,
      watch: watches.view(name),
    };
  }

  return [
    route({
      method: "get",
      path: "/v1/projects",
      tag: "projects",
      about: "All projects",
      handle: () => ({ projects: listProjects(station).map(viewProject) }),
    }),
    route({
      method: "post",
      path: "/v1/projects",
      tag: "projects",
      about: "Adds a project",
      status: 201,
      body: type({ name: "string", "about?": "string <= 2000" }),
      handle: ({ body }) => viewProject(addProject(station, body)),
    }),
    route({
      method: "get",
      path: "/v1/projects/:project",
      tag: "projects",
      about: "A project",
      handle: ({ param }) => viewProject(findProject(station, param("project"))),
    }),
    route({
      method: "delete",
      path: "/v1/projects/:project",
      tag: "projects",
      about: "Removes a project from the record",
      status: 204,
      async handle({ param }) {
        removeProject(station, param("project"));
        await context.models.forget(param("project"));
      },
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/parts",
      tag: "parts",
      about: "Parts of a project",
      query: partQuery,
      handle({ param, query: { control, wrong, limit = 100, offset = 0, ...rest } }) {
        const { name } = findProject(station, param("project"));
        const { parts, total } = listParts(station, name, {
          ...rest,
          ...control !== undefined && { control: control === "1" },
          wrong: wrong === "1",
          limit: Math.min(1000, Math.max(1, limit)),
          offset: Math.max(0, offset),
        });
        return { parts: parts.map(viewPart), total };
      },
    }),
    route({
      method: "post",
      path: "/v1/projects/:project/parts",
      tag: "parts",
      about: "Adds pictures; those in the fields good and bad are labelled so",
      status: 201,
      query: type({ "label?": label, "role?": "'training' | 'judged'", "name?": "string", "by?": by }),
      sends: ["multipart/form-data", "image/*", "application/octet-stream"],
      async handle({ param, request, query }) {
        const { name: project } = findProject(station, param("project"));
        const added: Part[] = [];
        const known: Part[] = [];
        const unread: { name: string; error: string }[] = [];
        for (const { name, field, picture } of await readPictures(request, query, limits.bodyBytes)) {
          if (!(picture instanceof Uint8Array)) continue;
          try {
            const own = field === "good" || field === "bad" ? field : query.label ?? null;
            const { part, added: isNew } = await takePicture(station, {
              ...{ project, name, bytes: picture, label: own, by: query.by, maxPixels: limits.maxPixels },
              ...{ source: "upload", role: query.role ?? "training" },
            });
            (isNew ? added : known).push(part);
          } catch (error) {
            unread.push({ name, error: describeError(error) });
          }
        }
        return { added: added.map(viewPart), known: known.map(viewPart), unread };
      },
    }),
    route({
      method: "get",
      path: "/v1/parts/:part",
      tag: "parts",
      about: "A part with all that has happened to it",
      handle({ id }) {
        const part = findPart(station, id("part"));
        const history = eventsOfPart(station, part.id).map(({ at, kind, data }) => ({ at, what: kind, ...data }));
        return { ...viewPart(part), history };
      },
    }),
    route({
      method: "delete",
      path: "/v1/parts/:part",
      tag: "parts",
      about: "Removes a part with its verdicts",
      status: 204,
      query: type({ "by?": by }),
      handle: ({ id, query: { by = "" } }) => removePart(station, id("part"), by),
    }),
    route({
      method: "put",
      path: "/v1/parts/:part/label",
      tag: "parts",
      about: "Confirms or corrects what a part is",
      body: type({ label: label.or("null"), "kind?": "string <= 200 | null", "by?": by, "note?": "string <= 2000" }),
      handle: ({ id, body }) => viewPart(labelPart(station, id("part"), body)),
    }),
    route({
      method: "post",
      path: "/v1/projects/:project/labels",
      tag: "parts",
      about: "Labels many parts at once",
      body: type({ ids: "number.integer[] <= 10000", label: label.or("null"), "by?": by }),
      handle: ({ body: { ids, ...rest } }) => ({
        parts: station.transaction(() => ids.map((id) => viewPart(labelPart(station, id, rest)))),
      }),
    }),
    route({
      method: "put",
      path: "/v1/parts/:part/control",
      tag: "parts",
      about: "Puts a part into the control set, which is never learned from, or takes it out",
      body: type({ control: "boolean", "by?": by }),
      handle: ({ id, body: { control, by = "" } }) => viewPart(controlPart(station, id("part"), control, by)),
    }),
    route({
      method: "put",
      path: "/v1/parts/:part/role",
      tag: "parts",
      about: "Takes a part into the training set, or out of it",
      body: type({ role: "'training' | 'judged'", "by?": by }),
      handle: ({ id, body: { role, by = "" } }) => viewPart(setRole(station, id("part"), role, by)),
    }),
    route({
      method: "get",
      path: "/v1/parts/:part/picture",
      tag: "parts",
      about: "The picture as it came",
      gives: "image/*",
      async handle({ id }) {
        const bytes = await readPicture(station, findPart(station, id("part")).sha256);
        return picture(bytes, `image/${sniffFormat(bytes) ?? "png"}`);
      },
    }),
    route({
      method: "get",
      path: "/v1/parts/:part/thumbnail",
      tag: "parts",
      about: "A small picture",
      gives: "image/jpeg",
      query: type({ "size?": "string.integer.parse" }),
      async handle({ id, query: { size = 160 } }) {
        const bytes = await readPicture(station, findPart(station, id("part")).sha256);
        const pixels = await decodePixels(bytes, { depth: { kind: "scale" }, maxPixels: limits.maxPixels });
        return picture(await encodePreview(pixels, Math.min(2048, Math.max(16, size))), "image/jpeg");
      },
    }),
  ];
}

/** The content of a part never changes. */
function picture(bytes: Uint8Array<ArrayBuffer>, kind: string): Response {
  return new Response(bytes, {
    headers: { "content-type": kind, "cache-control": "private, max-age=31536000, immutable" },
  });
}
