import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import { crossSiteProblem, type SessionCookie, sessionTokenOf } from "../accounts/sessionCookie.ts";
import { hashApiKey } from "../campaigns/apiKey.ts";
import type { Caller, KnownCaller } from "../campaigns/repository.ts";
import { requireRoute } from "../campaigns/routeRules.ts";
import { PublicError } from "../errors.ts";
import { rememberBriefly } from "../rememberBriefly.ts";
import { type KeyGuesses, rememberUnknownMs } from "./keyGuesses.ts";
import { requestIdHeader, requestIdOf } from "./requestId.ts";

export interface AuthenticateDeps {
  /** Null = unknown or revoked. */
  readonly findApiKey: (keyHash: string) => Promise<KnownCaller | null>;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
  /** Who tries too many keys waits; absent = anybody may try any number. */
  readonly guesses?: KeyGuesses;
  /** People at the console; absent = keys only. */
  readonly sessions?: {
    readonly cookie: SessionCookie;
    readonly findSession: (tokenHash: string) => Promise<KnownCaller | null>;
  };
}

/**
 * Says who asks: null without a key or session; throws PublicError `unauthenticated` for one that is not valid, `forbidden`
 * for what its role and scopes do not reach or another site sent.
 */
export type ReadApiKey = (request: IncomingMessage) => Promise<Caller | null>;

/** A revoked key is refused within a second: what the store said counts for less than that. */
const rememberMs = 600;
const rememberedKeys = 1_000;

/**
 * Reads keys from `Authorization: Bearer …` or `X-Api-Key`, else the session from its cookie. What the store said of the
 * operator's keys is remembered for 0.6 s from the moment it was asked for, that there is no such key for 5 s; requests with
 * one key that arrive together ask once. Of other keys it is asked each time, as what they see grows with each advertiser
 * that their organisation makes.
 */
export function createReadApiKey(deps: AuthenticateDeps): ReadApiKey {
  const find = rememberAnswers(deps);
  return async (request) => {
    const known =
      (await callerOfKey(request, find, deps.guesses)) ?? (await callerOfSession(request, deps));
    if (known === null) return null;
    const caller = { ...known, requestId: requestIdOf(request) };
    requireRoute(caller, request.method ?? "GET", pathOf(request));
    return caller;
  };
}

type Find = AuthenticateDeps["findApiKey"];

function rememberAnswers({ findApiKey, monotonicMs }: AuthenticateDeps): Find {
  return rememberBriefly(findApiKey, {
    lifeMsOf(caller) {
      if (caller === null) return rememberUnknownMs;
      return caller.isOperator ? rememberMs : 0;
    },
    longestMs: rememberUnknownMs,
    most: rememberedKeys,
    monotonicMs,
  });
}

async function callerOfKey(
  request: IncomingMessage,
  find: Find,
  guesses: KeyGuesses | undefined,
): Promise<KnownCaller | null> {
  const key = keyOf(request);
  if (key === null) return null;
  const keyHash = hashApiKey(key);
  const found = keyHash === null ? null : await lookUp(request, keyHash, find, guesses);
  if (found === null) throw unauthenticated("The API key is unknown or has been revoked.");
  return found;
}

/** Asks the store, of an address that has not tried too many already. */
async function lookUp(
  request: IncomingMessage,
  hash: string,
  find: Find,
  guesses: KeyGuesses | undefined,
): Promise<KnownCaller | null> {
  guesses?.check(request, hash);
  const found = await find(hash);
  guesses?.note(request, hash, found !== null);
  return found;
}

/** Browsers send cookies with what other sites make them ask, too: that is refused. */
async function callerOfSession(
  request: IncomingMessage,
  { sessions, guesses }: AuthenticateDeps,
): Promise<KnownCaller | null> {
  if (sessions === undefined) return null;
  const token = sessionTokenOf(request.headers.cookie, sessions.cookie);
  if (token === null) return null;
  const problem = crossSiteProblem(request.method ?? "GET", request.headers, sessions.cookie);
  if (problem !== null) {
    throw new PublicError("forbidden", "This must be asked by the console itself.", [problem]);
  }
  const hash = createHash("sha256").update(token).digest("hex");
  const found = await lookUp(request, hash, sessions.findSession, guesses);
  if (found !== null) return found;
  throw new PublicError("unauthenticated", "The session has ended: log in again.", [
    { pointer: "cookie", rule: "must be that of a session which has not ended" },
  ]);
}

const callersOfRequests = new WeakMap<IncomingMessage, Caller>();

/** Lets only requests of a known caller pass; `apiKeyOf` tells which. Nobody keeps what they are answered. */
export function createAuthenticate(readApiKey: ReadApiKey): RequestHandler {
  return async (request, response, next) => {
    const caller = await readApiKey(request);
    if (caller === null) throw unauthenticated("Give an API key: Authorization: Bearer atl_…");
    callersOfRequests.set(request, caller);
    response.setHeader(requestIdHeader, caller.requestId);
    response.setHeader("cache-control", "no-store");
    next();
  };
}

/** Who asks, of a request that has passed `createAuthenticate`: a key, or a person with a session. */
export function apiKeyOf(request: Request): Caller {
  const caller = callersOfRequests.get(request);
  if (caller === undefined) throw new Error("this route is not behind authenticate");
  return caller;
}

/** Without the query; Express shortens `url` for what it mounts below a path. */
function pathOf(request: IncomingMessage): string {
  const full = "originalUrl" in request ? String(request.originalUrl) : (request.url ?? "");
  return full.split("?", 1)[0] ?? "";
}

function keyOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  const header = request.headers["x-api-key"];
  if (request.headers.authorization !== undefined) return bearer ?? "";
  return typeof header === "string" ? header.trim() : null;
}

function unauthenticated(detail: string): PublicError {
  return new PublicError("unauthenticated", detail, [
    { pointer: "authorization", rule: "must be Bearer and a valid API key" },
  ]);
}
