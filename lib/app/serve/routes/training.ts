/** Training, learning, and the versions that they make. @module */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type } from "arktype";
import { findJob, listJobs } from "../../../product/station/jobs.ts";
import { findProject } from "../../../product/station/projects.ts";
import {
  acceptVersion,
  discardVersion,
  findVersion,
  listVersions,
  rollBack,
  type Version,
} from "../../../product/station/versions.ts";
import { compareVersions } from "../../../product/station/compare.ts";
import { ConflictError, MissingError } from "../../../product/station/station.ts";
import type { ServiceContext } from "../context.ts";
import { viewPart } from "../views.ts";
import { type Route, route } from "../http/route.ts";

const by = type("string <= 200");
const share = type("0 < number <= 1");

const SANDBOX = "sandbox allow-scripts";

export function trainingRoutes({ station, jobs, models }: ServiceContext): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/projects/:project/folder",
      tag: "parts",
      about: "Takes the pictures of a folder of this machine in; a job",
      status: 202,
      body: type({ path: "string", "label?": "'good' | 'bad' | 'auto'", "by?": by }),
      handle: ({ param, body }) => jobs.importFolder(param("project"), body),
    }),
    route({
      method: "post",
      path: "/v1/projects/:project/train",
      tag: "training",
      about: "Trains on the labelled training pictures; a job that makes a candidate",
      status: 202,
      body: type({
        "segments?": "boolean",
        "both?": "boolean",
        "align?": "boolean",
        "recall?": share,
        "falseAlarms?": share,
        "confidence?": "0 < number < 1",
        "minutes?": "0 <= number <= 10000",
        "by?": by,
      }),
      handle: ({ param, body }) => jobs.train(param("project"), body),
    }),
    route({
      method: "post",
      path: "/v1/projects/:project/learn",
      tag: "training",
      about: "Learns from labelled parts that were judged; a job that makes a candidate",
      status: 202,
      body: type({ "by?": by }),
      handle: ({ param, body }) => jobs.learn(param("project"), body),
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/jobs",
      tag: "training",
      about: "Jobs of a project, the newest first",
      handle({ param }) {
        const { name } = findProject(station, param("project"));
        return { jobs: listJobs(station, name).map(jobs.view) };
      },
    }),
    route({
      method: "get",
      path: "/v1/jobs/:job",
      tag: "training",
      about: "A job",
      handle: ({ id }) => jobs.view(findJob(station, id("job"))),
    }),
    route({
      method: "post",
      path: "/v1/jobs/:job/stop",
      tag: "training",
      about: "Stops a job where nothing is lost",
      handle: ({ id }) => jobs.stop(id("job")),
    }),
    route({
      method: "post",
      path: "/v1/jobs/:job/resume",
      tag: "training",
      about: "Goes on with a job that was stopped, interrupted or has failed",
      status: 202,
      handle: ({ id }) => jobs.resume(id("job")),
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/versions",
      tag: "versions",
      about: "Versions of a project's model, the newest first",
      handle({ param }) {
        const { name, active } = findProject(station, param("project"));
        return { versions: listVersions(station, name).map(viewVersion), active };
      },
    }),
    route({
      method: "get",
      path: "/v1/versions/:version",
      tag: "versions",
      about: "A version",
      handle: ({ id }) => viewVersion(findVersion(station, id("version"))),
    }),
    route({
      method: "get",
      path: "/v1/versions/:version/report",
      tag: "versions",
      about: "The report of the run that made a version",
      gives: "text/html",
      async handle({ id }) {
        const { run, number } = findVersion(station, id("version"));
        const path = join(run, "report.html");
        if (!existsSync(path)) throw new MissingError(`Cannot find a report of version ${number}`);
        // Text of pictures' names stands in it: whatever it were, it is of no origin and asks for nothing.
        const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": SANDBOX };
        return new Response(await readFile(path, "utf8"), { headers });
      },
    }),
    route({
      method: "get",
      path: "/v1/versions/:version/compare",
      tag: "versions",
      about: "Which past decisions would be others by this version, and how it does on the control set",
      query: type({ "to?": "string.integer.parse", "limit?": "string.integer.parse" }),
      async handle({ id, query: { to, limit = 200 } }) {
        const after = findVersion(station, id("version"));
        const before = to ?? findProject(station, after.project).active;
        if (before === null) throw new ConflictError("Cannot compare as no version judges yet");
        const { flips, ...rest } = await compareVersions(station, { before: findVersion(station, before), after });
        return {
          ...{ from: before, to: after.id, total: flips.length },
          flips: flips.slice(0, limit).map(({ part, ...flip }) => ({ part: viewPart(part), ...flip })),
          ...rest,
        };
      },
    }),
    route({
      method: "post",
      path: "/v1/versions/:version/compare",
      tag: "versions",
      about: "Judges the past parts that are missing of a comparison; a job",
      status: 202,
      handle: ({ id }) => jobs.compare(findVersion(station, id("version"))),
    }),
    route({
      method: "post",
      path: "/v1/versions/:version/accept",
      tag: "versions",
      about: "Lets a version judge from now on",
      body: type({ "by?": by }),
      async handle({ id, body: { by = "" } }) {
        const version = acceptVersion(station, id("version"), by);
        await models.refresh(version.project);
        return viewVersion(version);
      },
    }),
    route({
      method: "post",
      path: "/v1/versions/:version/discard",
      tag: "versions",
      about: "Says that a version is not to judge",
      body: type({ "by?": by }),
      handle: ({ id, body: { by = "" } }) => viewVersion(discardVersion(station, id("version"), by)),
    }),
    route({
      method: "post",
      path: "/v1/projects/:project/rollback",
      tag: "versions",
      about: "Lets the version judge again that did so before",
      body: type({ "to?": "number.integer", "by?": by }),
      async handle({ param, body: { to, by = "" } }) {
        const version = rollBack(station, param("project"), { to, by });
        await models.refresh(version.project);
        return viewVersion(version);
      },
    }),
  ];
}

function viewVersion({ facts, run, ...version }: Version) {
  const report = existsSync(join(run, "report.html")) ? `/v1/versions/${version.id}/report` : null;
  return { ...version, ...facts, run, links: { report } };
}
