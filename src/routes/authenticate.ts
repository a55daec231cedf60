import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import { hashApiKey } from "../campaigns/apiKey.ts";
import type { StoredApiKey } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";

export interface AuthenticateDeps {
  /** Null = unknown or revoked. */
  readonly findApiKey: (keyHash: string) => Promise<StoredApiKey | null>;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

/** Reads the key of a request: null without one; throws PublicError `unauthenticated` for one that is not valid. */
export type ReadApiKey = (request: IncomingMessage) => Promise<StoredApiKey | null>;

/** A revoked key is refused within a second: what the store said counts for less than that. */
const rememberMs = 600;
const rememberedKeys = 1_000;

/**
 * Reads keys from `Authorization: Bearer …` or `X-Api-Key`. Answers of the store are remembered for 0.6 s from the
 * moment they were asked for; requests with one key that arrive together ask once.
 */
export function createReadApiKey(deps: AuthenticateDeps): ReadApiKey {
  const remembered = new Map<
    string,
    { readonly askedAtMs: number; readonly answer: Promise<StoredApiKey | null> }
  >();

  const find = (keyHash: string): Promise<StoredApiKey | null> => {
    const nowMs = deps.monotonicMs();
    const known = remembered.get(keyHash);
    if (known !== undefined && nowMs - known.askedAtMs < rememberMs) return known.answer;
    if (remembered.size >= rememberedKeys) remembered.clear();
    const answer = deps.findApiKey(keyHash);
    remembered.set(keyHash, { askedAtMs: nowMs, answer });
    answer.catch(() => remembered.delete(keyHash));
    return answer;
  };

  return async (request) => {
    const key = keyOf(request);
    if (key === null) return null;
    const keyHash = hashApiKey(key);
    const found = keyHash === null ? null : await find(keyHash);
    if (found === null) throw unauthenticated("The API key is unknown or has been revoked.");
    return found;
  };
}

const keysOfRequests = new WeakMap<IncomingMessage, StoredApiKey>();

/** Lets only requests with a valid key pass; `apiKeyOf` tells which. */
export function createAuthenticate(readApiKey: ReadApiKey): RequestHandler {
  return async (request, _response, next) => {
    const key = await readApiKey(request);
    if (key === null) throw unauthenticated("Give an API key: Authorization: Bearer atl_…");
    keysOfRequests.set(request, key);
    next();
  };
}

/** The key of a request that has passed `createAuthenticate`. */
export function apiKeyOf(request: Request): StoredApiKey {
  const key = keysOfRequests.get(request);
  if (key === undefined) throw new Error("this route is not behind authenticate");
  return key;
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
