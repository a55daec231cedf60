import type { RequestHandler } from "express";
import { type TokenBucket, takeTokens } from "../campaigns/tokenBucket.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import { ownerOf } from "./writeScope.ts";

export interface RateLimitDeps {
  /** Requests that one caller may send a minute to this node, also all at once; 0 = any number. */
  readonly requestsPerMinute: number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

const windowMs = 60_000;
/** Callers that are remembered; who is forgotten has a full bucket again. */
const mostCallers = 10_000;

/**
 * Counts the requests of each caller, behind authentication, and tells what is left in the fields of
 * draft-ietf-httpapi-ratelimit-headers. Throws PublicError `too_many_requests`, with Retry-After.
 */
export function createRateLimit({ requestsPerMinute, monotonicMs }: RateLimitDeps): RequestHandler {
  const buckets = new Map<string, TokenBucket>();
  const limits = { capacity: requestsPerMinute, windowMs };
  return (request, response, next) => {
    if (requestsPerMinute === 0) return next();
    const owner = ownerOf(apiKeyOf(request));
    const outcome = takeTokens(buckets.get(owner), limits, monotonicMs());
    // The last to ask is the last to be forgotten.
    buckets.delete(owner);
    if (buckets.size >= mostCallers) buckets.delete(buckets.keys().next().value ?? "");
    buckets.set(owner, outcome.bucket);
    response.setHeader("ratelimit-policy", `"caller";q=${requestsPerMinute};w=${windowMs / 1_000}`);
    response.setHeader("ratelimit", `"caller";r=${outcome.remaining};t=${outcome.fullInSeconds}`);
    if (outcome.isAllowed) return next();
    response.setHeader("retry-after", String(outcome.retryInSeconds));
    throw new PublicError(
      "too_many_requests",
      `At most ${requestsPerMinute} requests a minute are answered.`,
    );
  };
}
