/** What happens, as it happens. @module */
import { type } from "arktype";
import { eventsAfter, lastEvent, type StationEvent } from "../../../product/station/events.ts";
import { findProject } from "../../../product/station/projects.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";

/** A line that says nothing, so that nobody between takes the stream for dead. */
const QUIET_MS = 15_000;

export function eventRoutes({ station, live, signal }: ServiceContext): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/events",
      tag: "events",
      about: "Server-sent events; Last-Event-ID goes on after what was seen last",
      gives: "text/event-stream",
      query: type({ "project?": "string", "after?": "string.integer.parse" }),
      handle({ request, query: { project, after } }) {
        const seen = Number(request.headers.get("last-event-id") ?? after ?? NaN);
        return stream(project, Number.isSafeInteger(seen) ? seen : lastEvent(station));
      },
    }),
    route({
      method: "get",
      path: "/v1/projects/:project/events",
      tag: "events",
      about: "What has happened, in order and without a gap, after the event that was seen last",
      query: type({ "after?": "string.integer.parse", "limit?": "string.integer.parse" }),
      handle({ param, query: { after = 0, limit = 100 } }) {
        const { name } = findProject(station, param("project"));
        const events = eventsAfter(station, after, { project: name, limit: Math.min(1000, Math.max(1, limit)) });
        return { events: events.map(flat) };
      },
    }),
  ];

  function stream(project: string | undefined, begun: number): Response {
    const encoder = new TextEncoder();
    let seen = begun;
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const flush = () => {
          // Who does not read is not sent more; what was missed comes when there is room.
          while ((controller.desiredSize ?? 0) > 0) {
            const events = eventsAfter(station, seen, { project, limit: 100 });
            if (events.length === 0) return;
            for (const event of events) {
              send(asText(event));
              seen = event.id;
            }
          }
        };
        const ends = [
          station.onEvents(flush),
          live.listen(({ kind, data, project: of }) => {
            if (project !== undefined && of !== project) return;
            if ((controller.desiredSize ?? 0) <= 0) return;
            send(`event: ${kind}\ndata: ${JSON.stringify({ project: of, kind, ...data })}\n\n`);
          }),
        ];
        const timer = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) send(": quiet\n\n");
          flush();
        }, QUIET_MS);
        const end = () => {
          stop();
          controller.close();
        };
        signal.addEventListener("abort", end, { once: true });
        stop = () => {
          clearInterval(timer);
          for (const one of ends) one();
          signal.removeEventListener("abort", end);
        };
        send("retry: 1000\n\n");
        flush();
        if (signal.aborted) end();
      },
      cancel: () => stop(),
    }, { highWaterMark: 1 << 20, size: (chunk) => chunk.byteLength });
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }
}

function flat({ id, at, project, kind, data }: StationEvent) {
  return { id, at, project, kind, ...data };
}

function asText(event: StationEvent): string {
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(flat(event))}\n\n`;
}
