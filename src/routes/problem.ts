import type { ServerResponse } from "node:http";
import type { ErrorRequestHandler, RequestHandler, Router } from "express";
import { type ErrorCode, errorTable, PublicError } from "../errors.ts";
import { answeredRequestId } from "./requestId.ts";

/** What is written into the log of a fault: nothing that a visitor or a shop sent. */
export interface FaultReport {
  /** As the answer's `X-Request-Id`. */
  readonly requestId: string;
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  /** The frames only ("at f (file:line)"), innermost first. */
  readonly frames: readonly string[];
  readonly method: string;
  readonly route: string;
}

/** The most problems that one answer lists. */
export const maxListedProblems = 50;

/** Where a request was when it failed. */
export interface FaultPlace {
  readonly method: string;
  /** The pattern of the route, never the path that somebody sent. */
  readonly route: string;
}

/** Writes the answer to an error. */
export type AnswerFault = (error: unknown, where: FaultPlace, response: ServerResponse) => void;

/**
 * Any error becomes problem+json (RFC 9457). Public errors and the HTTP errors of Express keep their status; everything
 * else is a 500 that says nothing, reported to `reportFault` without personal data.
 */
export function createAnswerFault(reportFault: (report: FaultReport) => void): AnswerFault {
  return (error, { method, route }, response) => {
    const known = toPublicError(error);
    const requestId = answeredRequestId(response);
    if (known === null) reportFault(describeFault(error, { method, route, requestId }));
    sendProblem(response, known ?? new PublicError("internal", "The fault has been logged."));
  };
}

/** The same as the one error handler of Express. */
export function createProblemHandler(
  reportFault: (report: FaultReport) => void,
): ErrorRequestHandler {
  const answerFault = createAnswerFault(reportFault);
  return (error: unknown, request, response, _next) => {
    const route: unknown = request.route?.path;
    const pattern = typeof route === "string" ? route : "(none)";
    answerFault(error, { method: request.method, route: pattern }, response);
  };
}

/** Who refuses for now and does not know for how long. */
const laterSeconds = "5";

/**
 * Writes a problem, with Retry-After where it is one of the moment. When the answer has already begun, the connection is cut
 * so that no half answer looks whole.
 */
export function sendProblem(response: ServerResponse, error: PublicError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, title } = errorTable[error.code];
  const isLater = status === 429 || status === 503;
  if (isLater && !response.hasHeader("retry-after"))
    response.setHeader("retry-after", laterSeconds);
  const body = JSON.stringify({
    type: problemType(error.code),
    title,
    status,
    detail: error.message,
    instance: `urn:atelier:request:${answeredRequestId(response)}`,
    errors: error.problems.slice(0, maxListedProblems),
  });
  response.writeHead(status, {
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

/** The `type` of a problem: a stable name; `docs/errors.md` explains each. */
export function problemType(code: ErrorCode): string {
  return `urn:atelier:problem:${code}`;
}

/**
 * Before the routers of management, which ask for a key and read a body whatever the method: 405 with `Allow` where the path
 * exists for other methods alone. `OPTIONS` is left to Express.
 */
export function createRefuseMethods(routers: readonly Router[]): RequestHandler {
  const methodsOf = createMethodsOf(routers);
  return (request, response, next) => {
    const methods = request.method === "OPTIONS" ? [] : methodsOf(request.path);
    if (methods.length > 0 && !methods.includes(request.method)) refuseMethod(response, methods);
    next();
  };
}

/**
 * The last handler but one: 405 with `Allow` where the path exists for another method, else what `passOn` answers, or 404
 * without one.
 */
export function createNotFound(
  routers: readonly Router[],
  passOn?: RequestHandler,
): RequestHandler {
  const methodsOf = createMethodsOf(routers);
  return (request, response, next) => {
    const methods = methodsOf(request.path);
    if (methods.length > 0) refuseMethod(response, methods);
    if (passOn !== undefined) return passOn(request, response, next);
    throw new PublicError("not_found", "There is nothing at this path.");
  };
}

function refuseMethod(response: ServerResponse, methods: readonly string[]): never {
  response.setHeader("allow", methods.join(", "));
  throw new PublicError("method_not_allowed", `This path takes ${methods.join(", ")}.`);
}

/** The methods that a path exists for, in the order of the alphabet. */
function createMethodsOf(routers: readonly Router[]): (path: string) => readonly string[] {
  const routes = routers
    .flatMap(listRoutes)
    .map(({ path, methods }) => ({ segments: path.split("/"), methods: withHead(methods) }));
  return (path) => {
    const segments = path.split("/");
    const allowed = routes.filter((route) => matches(route.segments, segments));
    return [...new Set(allowed.flatMap((route) => route.methods))].sort();
  };
}

/** A route as it was mounted. */
export interface MountedRoute {
  /** "/v1/campaigns/:campaignId" */
  readonly path: string;
  /** In capitals. */
  readonly methods: readonly string[];
}

const withHead = (methods: readonly string[]): readonly string[] =>
  methods.includes("GET") ? [...methods, "HEAD"] : methods;

/** The routes of a router that carries full paths. */
export function listRoutes(router: Router): readonly MountedRoute[] {
  return router.stack.flatMap((layer) => {
    const route = layer.route;
    if (route === undefined || typeof route.path !== "string") return [];
    const named = route.stack.map((handler) => handler.method?.toUpperCase());
    const methods = named.filter((method) => method !== undefined);
    return methods.length === 0 ? [] : [{ path: route.path, methods }];
  });
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((step, index) => {
    const segment = segments[index] ?? "";
    return step.startsWith(":") ? segment !== "" : step === segment;
  });
}

const codeOfStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [400, "invalid_parameter"],
  [404, "not_found"],
  [413, "body_too_large"],
  [415, "unsupported_media_type"],
]);

/** Express and its router throw errors with a `status` (a broken percent-escape in a path is 400). */
function toPublicError(error: unknown): PublicError | null {
  if (error instanceof PublicError) return error;
  if (!(error instanceof Error) || !("status" in error)) return null;
  const code = typeof error.status === "number" ? codeOfStatus.get(error.status) : undefined;
  if (code === undefined) return null;
  const isPath = error instanceof URIError;
  const problems = isPath ? [{ pointer: "path", rule: "must be percent-encoded UTF-8" }] : [];
  return new PublicError(code, errorTable[code].title, problems);
}

function describeFault(
  error: unknown,
  where: Pick<FaultReport, "method" | "route" | "requestId">,
): FaultReport {
  const fault = error instanceof Error ? error : new Error("a value that is no error was thrown");
  const code = "code" in fault && typeof fault.code === "string" ? fault.code : null;
  const frames = (fault.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return {
    name: fault.name,
    code,
    message: redact(fault.message),
    frames: frames.slice(0, 8).map((line) => line.trim()),
    ...where,
  };
}

/** Hides what may be somebody's: quoted values, mail and IP addresses, long identifiers. */
export function redact(message: string): string {
  return message
    .slice(0, 300)
    .replace(/"[^"]*"?|'[^']*'?/g, "“…”")
    .replace(/\S+@\S+/g, "(mail)")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b|\b[\da-f]{0,4}(:[\da-f]{0,4}){3,}/gi, "(address)")
    .replace(/[\w+/=-]{24,}/g, "(long value)");
}
