/** The page. @module */
import { Hono } from "hono";
import { PAGE_FILES, PAGE_HEADERS } from "./files.ts";

/** Answers `/` and what lies below `/page/`. */
export function page(): Hono {
  const app = new Hono();
  for (const [path, { type, text }] of Object.entries(PAGE_FILES)) {
    app.get(path, (context) => context.body(text, 200, { ...PAGE_HEADERS, "content-type": type }));
  }
  return app;
}
