/** Who may ask: a token where the service can be reached from elsewhere, and never a page of another origin. @module */
import { createHash, timingSafeEqual } from "node:crypto";
import { ServiceError } from "./errors.ts";

/** Who may ask. */
export interface Guard {
  /** Needed of every request that is not open; none on loopback. */
  readonly token?: string;
  /** Of a page elsewhere that may ask; none where left out. */
  readonly cors?: string;
  /** By which names the service may be called; all where a token protects it. */
  readonly hosts?: readonly string[];
}

const COOKIE = "segad_session";
/** Names of the machine itself. */
export const LOOPBACK: readonly string[] = ["127.0.0.1", "localhost", "::1", "[::1]"];

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Compares without telling by the time that it takes where two texts differ, or how long the right one is. */
export function sameText(given: string, right: string): boolean {
  const [a, b] = [given, right].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}

/**
 * Lets a request through or not.
 *
 * A page of another origin is refused, as a browser sends its simple requests without asking; and on loopback a name that is
 * not of this machine, behind which such a page may have put its address.
 *
 * @throws {ServiceError} where it may not ask
 */
export function admit(request: Request, { token, cors, hosts }: Guard, open: boolean): void {
  const url = new URL(request.url);
  if (hosts && !hosts.includes(url.hostname)) {
    throw new ServiceError("forbidden", `Cannot answer as "${url.hostname}" is not a name of this machine`);
  }
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const other = origin !== null ? !ofHost(origin, url.host) : site === "cross-site" && !isNavigation(request);
  if (other && (cors === undefined || origin !== cors)) {
    throw new ServiceError("forbidden", `Cannot answer a page of ${origin ?? "another origin"}`);
  }
  if (token === undefined || open || isSignedIn(request, token)) return;
  throw new ServiceError("unauthorised", "Cannot answer without the token of this service", {
    headers: { "www-authenticate": "Bearer" },
  });
}

/** Whether a request has the token: in its header, or as the cookie of a browser that has shown it. */
export function isSignedIn(request: Request, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given !== undefined) return sameText(given, token);
  const cookie = new RegExp(`(?:^|; *)${COOKIE}=([^;]*)`).exec(request.headers.get("cookie") ?? "")?.[1];
  return cookie !== undefined && sameText(cookie, sessionOf(token));
}

/** The header that lets a browser in, or out again. */
export function sessionCookie(token: string | undefined): string {
  const [value, age] = token === undefined ? ["", 0] : [sessionOf(token), 30 * 24 * 3600];
  return `${COOKIE}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict`;
}

/** The cookie is not the token itself, which opens more than a browser. */
function sessionOf(token: string): string {
  return createHash("sha256").update(`segad session ${token}`).digest("hex");
}

function ofHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

/** A link from elsewhere to the page may be followed. */
function isNavigation(request: Request): boolean {
  return request.method === "GET" && request.headers.get("sec-fetch-mode") === "navigate";
}
