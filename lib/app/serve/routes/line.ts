/** What a line brings: hours of verdicts. @module */
import { type } from "arktype";
import { lineHours } from "../../../product/station/line.ts";
import { findProject } from "../../../product/station/projects.ts";
import { findVersion } from "../../../product/station/versions.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";

/** Two weeks. */
const MOST_HOURS = 336;

export function lineRoutes({ station }: ServiceContext): Route[] {
  return [
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
  ];
}
