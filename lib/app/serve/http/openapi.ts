/** The OpenAPI document, made of the routes as they answer. @module */
import type { type } from "arktype";
import { CODES } from "./errors.ts";
import type { Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

/** The document of some routes, OpenAPI 3.1. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const one of routes) {
    const path = one.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[one.method] = operationOf(one, path);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "SegAD station",
      version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description: "Parts are judged, decisions corrected, and corrections learned. Times are UTC, ISO 8601.",
    },
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: {
        Error: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["code", "message"],
              properties: { code: { enum: Object.keys(CODES) }, message: { type: "string" } },
            },
          },
        },
      },
    },
    security: [{ token: [] }, {}],
  };
}

function operationOf({ method, about, tag, query, body, sends, gives, status = 200, open }: Route, path: string): Json {
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => (
    { name, in: "path", required: true, schema: { type: "string" } }
  ));
  const schema = query && schemaOf(query);
  const required = (schema?.required ?? []) as readonly string[];
  const inQuery = Object.entries((schema?.properties ?? {}) as Json).map(([name, schema]) => (
    { name, in: "query", required: required.includes(name), schema }
  ));
  const content = body
    ? { "application/json": { schema: schemaOf(body) } }
    : sends && Object.fromEntries(sends.map((kind) => [kind, {}]));
  const good = status === 204
    ? { description: "Done" }
    : { description: "Done", content: { [gives ?? "application/json"]: {} } };
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary: about,
    tags: [tag],
    parameters: [...inPath, ...inQuery],
    ...content && { requestBody: { required: true, content } },
    responses: {
      [status]: good,
      default: {
        description: "It could not be done; the message says why",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
    ...open && { security: [] },
  };
}

/** What goes in, before it is parsed; what JSON Schema cannot say is left out. */
function schemaOf(schema: type.Any): Json {
  const { $schema: _, ...rest } = schema.in.toJsonSchema({ fallback: (context) => context.base }) as Record<
    string,
    unknown
  >;
  return rest;
}
