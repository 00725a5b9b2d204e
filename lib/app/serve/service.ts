/** The service: what answers, and what it stands on. @module */
import { Hono } from "hono";
import { openStation } from "../../product/station/station.ts";
import type { LoadModelOptions } from "../../product/model/open_model.ts";
import type { PictureLimits } from "../../picture/image/decode.ts";
import type { ConnectContext, Connections } from "./connect/mod.ts";
import type { ServiceContext, ServiceLimits } from "./context.ts";
import { answerError } from "./http/errors.ts";
import { admit, type Guard } from "./http/guard.ts";
import { openApi } from "./http/openapi.ts";
import { mount, type Route, route } from "./http/route.ts";
import { openJobs } from "./jobs/jobs.ts";
import { openJudging } from "./judging.ts";
import { openLive } from "./live.ts";
import { openMetrics } from "./metrics.ts";
import { openModels } from "./models.ts";
import { page } from "./page/mod.ts";
import { closerLookRoutes } from "./routes/closer_look.ts";
import { eventRoutes } from "./routes/events.ts";
import { folderRoutes } from "./routes/folders.ts";
import { lineRoutes } from "./routes/line.ts";
import { operatingRoutes } from "./routes/operating_point.ts";
import { projectRoutes } from "./routes/projects.ts";
import { scoreRoutes } from "./routes/score.ts";
import { segmentRoutes } from "./routes/segments.ts";
import { serviceRoutes } from "./routes/service.ts";
import { trainingRoutes } from "./routes/training.ts";
import { watchRoutes } from "./routes/watch.ts";
import { openWatches } from "./watch/watches.ts";
import { VERSION } from "./version.ts";

/** What a service is made with. */
export interface ServiceOptions {
  /** The folder of the station. */
  readonly folder: string;
  readonly guard: Guard;
  readonly limits: ServiceLimits;
  readonly model: LoadModelOptions & PictureLimits;
  readonly log: (line: string) => void;
  /** What verdicts are sent to, as `connect/settings.ts` has it; nothing of it is loaded where this is left out. */
  readonly connect?: unknown;
}

/** A service that can answer. */
export interface Service {
  readonly context: ServiceContext;
  fetch(request: Request): Promise<Response>;
  /** Takes nothing more in, ends what is in hand, and frees all. */
  close(): Promise<void>;
}

/**
 * Opens a service; models are loaded while it answers already.
 *
 * @throws {Error} where the station cannot be opened, or what verdicts are sent to cannot be used
 */
export async function openService({ folder, guard, limits, model, log, connect }: ServiceOptions): Promise<Service> {
  const station = openStation(folder);
  const stopping = new AbortController();
  const models = openModels(station, model);
  const metrics = openMetrics(() => judging.depth());
  const judging = openJudging({ station, models, limits, told: metrics.verdict, log });
  const connections = connect === undefined ? undefined : await openConnections({ station, log }, connect);
  const live = openLive();
  const jobs = openJobs({
    ...{ station, live, maxPixels: limits.maxPixels, model, log },
    busy: () => judging.depth().waiting + judging.depth().running > 0,
  });
  const watches = openWatches({ station, judging, log });
  const context: ServiceContext = {
    ...{ station, models, judging, jobs, watches, connections, metrics, live, guard, limits, log },
    signal: stopping.signal,
  };
  const app = appOf(context);
  void models.loadAll();
  return {
    context,
    fetch: async (request) => await app.fetch(request),
    async close() {
      stopping.abort();
      await Promise.all([judging.close(), jobs.close(), watches.close()]);
      await connections?.close();
      await models.close();
      station.close();
    },
  };
}

/** Computed, so that Deno reads it when it is wanted. */
async function openConnections(context: ConnectContext, settings: unknown): Promise<Connections> {
  try {
    const { connect }: typeof import("./connect/mod.ts") = await import(
      new URL("./connect/mod.ts", import.meta.url).href
    );
    return await connect(context, settings);
  } catch (error) {
    context.station.close();
    throw error;
  }
}

function appOf(context: ServiceContext): Hono {
  const { guard, metrics, log } = context;
  const app = new Hono();
  const routes: Route[] = [
    ...serviceRoutes(context),
    ...projectRoutes(context),
    ...trainingRoutes(context),
    ...closerLookRoutes(context),
    ...operatingRoutes(context),
    ...lineRoutes(context),
    ...segmentRoutes(context),
    ...folderRoutes(context),
    ...watchRoutes(context),
    ...scoreRoutes(context),
    ...eventRoutes(context),
  ];
  const document = openApi(routes, VERSION);
  const all = [
    ...routes,
    route({
      method: "get",
      path: "/openapi.json",
      tag: "service",
      about: "This document",
      open: true,
      handle: () => document,
    }),
  ];
  const open = new Set(all.filter((one) => one.open).map(({ path, method }) => `${method.toUpperCase()} ${path}`));

  app.use(async (called, next) => {
    const { req } = called;
    const begun = performance.now();
    try {
      // The page holds nothing but itself: what it shows it must ask for.
      const isPage = req.path === "/" || req.path.startsWith("/page/");
      admit(req.raw, guard, isPage || open.has(`${req.method} ${req.path}`));
      await next();
    } catch (error) {
      called.res = answerError(error, log);
    }
    const { headers } = called.res;
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    if (guard.cors !== undefined) allowOrigin(headers, guard.cors);
    const path = all.find(({ path }) => matches(path, req.path))?.path ?? "other";
    metrics.request(path, req.method, called.res.status, (performance.now() - begun) / 1000);
  });
  if (guard.cors !== undefined) app.options("*", () => new Response(null, { status: 204 }));
  mount(app, all, log);
  app.route("/", page());
  app.notFound(({ req }) =>
    Response.json({ error: { code: "missing", message: `Cannot find ${req.method} ${req.path}` } }, { status: 404 })
  );
  return app;
}

function allowOrigin(headers: Headers, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE");
  headers.set("access-control-allow-headers", "authorization, content-type, last-event-id");
  headers.append("vary", "origin");
}

function matches(path: string, called: string): boolean {
  const [parts, given] = [path.split("/"), called.split("/")];
  return parts.length === given.length && parts.every((part, i) => part.startsWith(":") || part === given[i]);
}
