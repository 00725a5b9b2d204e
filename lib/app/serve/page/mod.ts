/** The page. @module */
import { Hono } from "hono";

/** Answers "/" and what lies below "/page/". */
export function page(): Hono {
  const app = new Hono();
  app.get("/", (context) => context.html("<!doctype html><title>SegAD</title><p>SegAD is running."));
  return app;
}
