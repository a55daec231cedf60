import { timingSafeEqual } from "node:crypto";
import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request as requestOf,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream";
import type { Request, RequestHandler } from "express";
import { PublicError } from "../errors.ts";
import { afterwards } from "./afterwards.ts";
import { callerAddress } from "./callerAddress.ts";
import { requestIdHeader, requestIdOf } from "./requestId.ts";

/** Where another process of ours listens on this machine, and what it lets us in by. */
export interface PassTarget {
  readonly port: number;
  readonly secret: string;
}

export interface PassOnDeps {
  /** Null = it is away. */
  readonly target: () => PassTarget | null;
  /** How many proxies in front of us may be believed about the caller's address. */
  readonly trustedProxies: number;
}

export interface PassOn {
  readonly handler: RequestHandler;
  /** Ends the connections that wait for more. */
  readonly close: () => void;
}

export const passedHeader = "x-atelier-passed";
/** More requests at once than people and programs make: somebody opens them to be a burden. */
const mostAtOnce = 1_000;

/** What concerns one connection only, not who is behind it (RFC 9110, 7.6.1); and what we say ourselves. */
const ofConnection = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];
/** Whatever a caller names under "connection": without its length a body would be read as the next request. */
const framing = new Set(["content-length", "transfer-encoding", "host"]);
const neverPassed = new Set([...ofConnection, "expect", "forwarded", passedHeader]);

/**
 * Hands a request to another process on this machine and its answer back, as they come: bodies are not held, slow readers
 * slow the writer down, and who hangs up on one side hangs up on the other. 503 with Retry-After while it is away.
 */
export function createPassOn({ target, trustedProxies }: PassOnDeps): PassOn {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  let passing = 0;
  return {
    close: () => agent.destroy(),
    handler(request, response, next) {
      const to = target();
      if (to === null || passing >= mostAtOnce) return next(away(response));
      const passed = openRequest(agent, to, request, trustedProxies);
      if (passed === null) return next(new PublicError("not_found", "Nothing is here."));
      passing += 1;
      passed.once("response", (answer) => answerWith(answer, response));
      passed.once("error", () => {
        request.unpipe(passed);
        // An answer that has begun ends with its own stream; nobody waits for the rest of a body that was refused.
        if (!response.headersSent && !response.destroyed) next(away(response));
        else if (response.writableFinished && !request.complete) request.destroy();
        else request.resume();
      });
      afterwards(request, response, () => {
        passing -= 1;
        if (!response.writableFinished || !request.complete) passed.destroy();
      });
      if (passed.destroyed) return;
      const { headers } = request;
      const hasBody = (headers["transfer-encoding"] ?? headers["content-length"]) !== undefined;
      if (hasBody) request.pipe(passed);
      else passed.end();
    },
  };
}

/** Null = no request can be made of it: its path has characters that Node reads, but does not send. */
function openRequest(
  agent: Agent,
  { port, secret }: PassTarget,
  request: Request,
  trustedProxies: number,
): ClientRequest | null {
  const { method, originalUrl: path } = request;
  const headers = headersFor(request, secret, trustedProxies);
  try {
    return requestOf({ agent, host: "127.0.0.1", port, method, path, headers });
  } catch {
    return null;
  }
}

function away(response: ServerResponse): PublicError {
  response.setHeader("retry-after", "1");
  return new PublicError("unavailable", "The management API is away; try again in a moment.");
}

/** As they came, but for the connection's own and for whom we speak: the one proxy that is believed there is us. */
function headersFor(
  request: IncomingMessage,
  secret: string,
  trustedProxies: number,
): OutgoingHttpHeaders {
  const { headers } = request;
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const isPassed = (name: string): boolean =>
    framing.has(name) ||
    !(neverPassed.has(name) || named.includes(name) || name.startsWith("x-forwarded-"));
  const kept: IncomingHttpHeaders = Object.fromEntries(
    Object.entries(headers).filter(([name]) => isPassed(name)),
  );
  const address = callerAddress(request, trustedProxies);
  return {
    ...kept,
    [passedHeader]: secret,
    [requestIdHeader]: requestIdOf(request),
    ...(address === null ? {} : { "x-forwarded-for": address }),
  };
}

const notAnswered = new Set([...ofConnection, "transfer-encoding"]);

function answerWith(answer: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    answer.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const { rawHeaders } = answer;
  const headers: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!notAnswered.has(name.toLowerCase())) headers.push(name, rawHeaders[index + 1] ?? "");
  }
  response.writeHead(answer.statusCode ?? 502, headers);
  // What has nothing to say yet has begun all the same.
  if (answer.headers["content-type"]?.startsWith("text/event-stream") === true)
    response.flushHeaders();
  pipeline(answer, response, (error) => {
    // No half answer may look whole.
    if (error != null) response.destroy();
  });
}

/** Lets in only what was passed on by who knows the secret: others on this machine may reach the port, too. */
export function onlyPassedOn(app: RequestListener, secret: string): RequestListener {
  const expected = Buffer.from(secret);
  return (request, response) => {
    const given = Buffer.from(String(request.headers[passedHeader] ?? ""));
    if (given.length === expected.length && timingSafeEqual(given, expected))
      app(request, response);
    else request.socket.destroy();
  };
}
