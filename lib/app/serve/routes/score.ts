/** Judging what is sent. @module */
import { type } from "arktype";
import { listProjects } from "../../../product/station/projects.ts";
import { FRAME_FORMATS, isForm, readPictures, type SentPicture } from "../body.ts";
import type { ServiceContext } from "../context.ts";
import { codeOf, ServiceError } from "../http/errors.ts";
import { type Route, route } from "../http/route.ts";
import type { Outcome } from "../judging.ts";
import { linksOf } from "../views.ts";

const query = type({
  "project?": type("string").describe("the project whose model judges; may be left out where there is one"),
  "model?": type("string").describe("the same by another name"),
  "name?": type("string <= 1000").describe("what the picture is called, where the body is no form"),
  "width?": type("string.integer.parse").describe("of a frame, in pixels"),
  "height?": type("string.integer.parse").describe("of a frame, in pixels"),
  "format?": type.enumerated(...Object.keys(FRAME_FORMATS) as (keyof typeof FRAME_FORMATS)[])
    .describe("of a frame; 16 bits with the low byte first"),
  "details?": type("'0' | '1'").describe("0 leaves out segments and box; with store=0 they are not looked for"),
  "store?": type("'0' | '1'").describe("0 keeps nothing"),
});

export function scoreRoutes(context: ServiceContext): Route[] {
  const { station, judging, limits, metrics } = context;

  function projectOf({ project, model }: { project?: string; model?: string }): string {
    const named = project ?? model;
    if (named !== undefined) return named;
    const all = listProjects(station).filter(({ active }) => active !== null);
    if (all.length === 1) return all[0].name;
    throw new ServiceError(
      "invalid",
      `Cannot tell which of ${all.length} models judges: add ?project= with one of ${all.map(({ name }) => name)}`,
    );
  }

  async function judge({ name, picture }: SentPicture, project: string, store: boolean, details: boolean) {
    try {
      const outcome = await judging.judge({ project, name, picture, source: "api", store, details });
      return answerOf(outcome, project, name, details);
    } catch (error) {
      metrics.refused(codeOf(error));
      throw error;
    }
  }

  return [
    route({
      method: "post",
      path: "/v1/score",
      tag: "score",
      about: "Judges a picture, or each picture of a form",
      query,
      sends: ["multipart/form-data", "image/*", "application/octet-stream"],
      async handle({ request, query }) {
        const project = projectOf(query);
        const sent = await readPictures(request, query, limits.bodyBytes);
        const [store, details] = [query.store !== "0", query.details !== "0"];
        if (!isForm(request)) return await judge(sent[0], project, store, details);
        const results = [];
        // As many at once as a batch takes, so that one form does not fill the queue by itself.
        for (let at = 0; at < sent.length; at += 8) {
          const some = sent.slice(at, at + 8).map((one) =>
            judge(one, project, store, details).catch((error) => {
              if (error instanceof ServiceError && error.code === "unreadable") return unread(error, project, one.name);
              throw error;
            })
          );
          await Promise.allSettled(some);
          results.push(...await Promise.all(some));
        }
        return { results };
      },
    }),
  ];
}

function answerOf({ verdict, version }: Outcome, project: string, name: string, details: boolean) {
  const { segments, box, ...rest } = verdict;
  return {
    ...rest,
    ...{ version, name, project },
    ...details && { segments, box },
    links: verdict.part > 0 ? linksOf(verdict.part) : null,
  };
}

function unread(error: ServiceError, project: string, name: string) {
  return { score: null, decision: "unread", reason: error.message, error: error.message, name, project, links: null };
}
