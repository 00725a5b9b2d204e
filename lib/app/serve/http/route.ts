/** Routes as data: what is answered, and what the OpenAPI document says of it, stand in one place. @module */
import { type } from "arktype";
import type { Context, Hono } from "hono";
import { describeErrors } from "../../../base/text/unknown_key.ts";
import { answerError, ServiceError } from "./errors.ts";

/** A schema of arktype, whatever it describes. */
// deno-lint-ignore ban-types
export type Schema = type.cast<{}> | type.Any;

/** A request whose query and body have been checked. */
export interface Call<Query = unknown, Body = unknown> {
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  /** A part of the path, by its name. */
  param(name: string): string;
  /** The same as a whole number. */
  id(name: string): number;
}

/** What is answered at one path. */
export interface Route {
  readonly method: "get" | "post" | "put" | "delete";
  /** With `:name` for what varies. */
  readonly path: string;
  /** A sentence for the document. */
  readonly about: string;
  /** Groups routes in the document. */
  readonly tag: string;
  readonly query?: type.Any;
  readonly body?: type.Any;
  /** What is sent where it is no JSON. */
  readonly sends?: readonly string[];
  /** What is answered where it is no JSON. */
  readonly gives?: string;
  /** 200 where left out. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Answered without a token. */
  readonly open?: true;
  handle(call: Call): unknown;
}

/** A route whose handler knows the types of its query and body. Gives JSON of what it returns, or the response. */
export function route<Query extends type.Any = type.Any<unknown>, Body extends type.Any = type.Any<unknown>>(
  wanted: Omit<Route, "handle" | "query" | "body"> & {
    readonly query?: Query;
    readonly body?: Body;
    handle(call: Call<Query["infer"], Body["infer"]>): unknown;
  },
): Route {
  return wanted;
}

/** Makes routes answer. */
export function mount(app: Hono, routes: readonly Route[], log: (line: string) => void): void {
  for (const one of routes) {
    app.on(one.method.toUpperCase(), [one.path], async (context) => {
      try {
        const given = await one.handle(await callOf(one, context));
        if (given instanceof Response) return given;
        if (one.status === 204) return new Response(null, { status: 204 });
        return Response.json(given, { status: one.status ?? 200 });
      } catch (error) {
        return answerError(error, log);
      }
    });
  }
}

async function callOf({ query, body }: Route, context: Context): Promise<Call> {
  const param = (name: string) => context.req.param(name) ?? "";
  return {
    query: query ? check(query, context.req.query(), "take the query") : {},
    body: body ? check(body, await jsonOf(context.req.raw), "take the body") : undefined,
    request: context.req.raw,
    param,
    id(name) {
      const text = param(name);
      if (/^\d{1,15}$/.test(text)) return Number(text);
      throw new ServiceError("missing", `Cannot find "${text}" as it must be a number`);
    },
  };
}

/** @throws {ServiceError} that names each path that does not fit */
export function check<T>(schema: type.Any<T>, value: unknown, action: string): T {
  const checked = schema(value);
  if (!(checked instanceof type.errors)) return checked as T;
  throw new ServiceError("invalid", `Cannot ${action} as ${describeErrors(schema, checked).join("; ")}`);
}

/** More than any setting has. */
const MOST_JSON = 1 << 20;

async function jsonOf(request: Request): Promise<unknown> {
  const text = new TextDecoder().decode(await readBody(request, MOST_JSON));
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError("invalid", `Cannot take the body as it is no JSON: ${(cause as Error).message}`);
  }
}

/** A body that has not come in that time does not come. */
const BODY_MS = 60_000;

/**
 * The bytes of a body.
 *
 * @throws {ServiceError} where there are more than that, or they come too slowly
 */
export async function readBody(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new ServiceError("too_large", `Cannot take the body as it has more than the ${most} bytes that are allowed`);
  if (Number(request.headers.get("content-length") ?? 0) > most) {
    await request.body?.cancel().catch(() => {});
    throw tooLarge();
  }
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => {});
  }, BODY_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > most) {
        void reader.cancel().catch(() => {});
        throw tooLarge();
      }
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    throw new ServiceError("invalid", "Cannot take the body as it has broken off", { cause });
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new ServiceError("timeout", `Cannot take the body as it took more than ${BODY_MS / 1000} s`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
