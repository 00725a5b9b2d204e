/** Whether the service is there, and how it does. @module */
import { type } from "arktype";
import type { ServiceContext } from "../context.ts";
import { ServiceError } from "../http/errors.ts";
import { isSignedIn, sameText, sessionCookie } from "../http/guard.ts";
import { type Route, route } from "../http/route.ts";
import { VERSION } from "../version.ts";

export function serviceRoutes({ models, metrics, guard: { token }, signal }: ServiceContext): Route[] {
  return [
    route({
      method: "get",
      path: "/health",
      tag: "service",
      about: "Whether the process answers",
      open: true,
      handle: () => ({ status: "ok", version: VERSION }),
    }),
    route({
      method: "get",
      path: "/ready",
      tag: "service",
      about: "Whether all models are loaded; 503 while they are not, and while the service stops",
      open: true,
      handle() {
        const states = models.states();
        const status = signal.aborted
          ? "stopping"
          : states.some(({ state }) => state === "loading")
          ? "loading"
          : "ready";
        return Response.json({ status, models: states }, { status: status === "ready" ? 200 : 503 });
      },
    }),
    route({
      method: "get",
      path: "/metrics",
      tag: "service",
      about: "Figures for Prometheus",
      gives: "text/plain",
      handle: async () => new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } }),
    }),
    route({
      method: "get",
      path: "/v1/session",
      tag: "service",
      about: "Whether a token is needed, and whether this browser has shown it",
      open: true,
      handle: ({ request }) => ({
        required: token !== undefined,
        signedIn: token === undefined || isSignedIn(request, token),
      }),
    }),
    route({
      method: "post",
      path: "/v1/session",
      tag: "service",
      about: "Shows the token once; the browser keeps a cookie",
      open: true,
      body: type({ token: "string" }),
      handle({ body: { token: given } }) {
        if (token !== undefined && !sameText(given, token)) {
          throw new ServiceError("unauthorised", "Cannot sign in as this is not the token of the service");
        }
        const headers: HeadersInit = token === undefined ? {} : { "set-cookie": sessionCookie(token) };
        return Response.json({ required: token !== undefined, signedIn: true }, { headers });
      },
    }),
    route({
      method: "delete",
      path: "/v1/session",
      tag: "service",
      about: "Signs the browser out",
      open: true,
      handle: () =>
        Response.json({ required: token !== undefined, signedIn: token === undefined }, {
          headers: { "set-cookie": sessionCookie(undefined) },
        }),
    }),
  ];
}
