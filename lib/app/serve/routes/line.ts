/** What a line brings: hours of verdicts, drift, and alarms. @module */
import { type } from "arktype";
import { findDrift } from "../../../product/drift/find_drift.ts";
import { acknowledgeAlarm, FALSE_ALARMS, listAlarms, PARTS_OF_A_LOOK } from "../../../product/station/alarms.ts";
import { lineHours } from "../../../product/station/line.ts";
import { measuredParts } from "../../../product/station/measured.ts";
import { findProject } from "../../../product/station/projects.ts";
import { ConflictError } from "../../../product/station/station.ts";
import { findVersion } from "../../../product/station/versions.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";

/** Two weeks. */
const MOST_HOURS = 336;

export function lineRoutes({ station, models, connections }: ServiceContext): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/connect",
      tag: "line",
      about: "What verdicts and alarms are sent to, and how far each has come",
      handle: () => ({ connections: connections?.states() ?? [] }),
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/line",
      tag: "line",
      about: "Decisions, scores and light of the last hours",
      query: type({ "hours?": "string.integer.parse" }),
      handle({ param, query: { hours = 48 } }) {
        const { name, active } = findProject(station, param("project"));
        const { threshold, review } = active === null
          ? { threshold: null, review: null }
          : findVersion(station, active).facts;
        const count = Math.min(MOST_HOURS, Math.max(1, hours));
        return { threshold, review, ...lineHours(station, name, new Date(), count) };
      },
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/drift",
      tag: "line",
      about: "Whether the last parts are still like the good training parts, without labels",
      query: type({ "parts?": "string.integer.parse" }),
      async handle({ param, query: { parts: limit = PARTS_OF_A_LOOK } }) {
        const { model: { version, scorer: { goodParts } }, release } = await models.lease(param("project"));
        release();
        if (!goodParts) {
          throw new ConflictError(
            version.facts.exported
              ? `Cannot tell drift as version ${version.number} is an exported model, which does not know what good parts look ` +
                "like: serve the run that it was exported of with --run"
              : `Cannot tell drift as version ${version.number} does not know what good parts look like: train again`,
          );
        }
        const { parts } = measuredParts(station, {
          ...{ project: version.project, version: version.id },
          limit: Math.min(2000, Math.max(1, limit)),
        });
        const { alarms, ...report } = findDrift(goodParts, parts, { falseAlarms: FALSE_ALARMS });
        return { ...report, alarms: alarms.map((alarm) => ({ ...alarm, parts: alarm.parts.map(Number) })) };
      },
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/alarms",
      tag: "line",
      about: "Alarms about the line, the newest first",
      handle: ({ param }) => ({ alarms: listAlarms(station, findProject(station, param("project")).name) }),
    }),
    route({
      method: "put",
      path: "/v1/alarms/:alarm",
      tag: "line",
      about: "Says that somebody has seen an alarm",
      body: type({ "by?": "string <= 200" }),
      handle: ({ id, body: { by = "" } }) => acknowledgeAlarm(station, id("alarm"), by),
    }),
  ];
}
