import type { Request, RequestHandler, Response } from "express";
import { createCallerTurns } from "./callerTurns.ts";
import { createRateLimit, type RateLimitDeps } from "./rateLimit.ts";
import { createReadBody, managementBodyLimitBytes } from "./readBody.ts";
import { createReplayKept, createWriteScope, type WriteScopeDeps } from "./writeScope.ts";

export interface AdmissionDeps extends WriteScopeDeps, RateLimitDeps {
  /** Lets requests with a valid key pass. */
  readonly authenticate: RequestHandler;
}

export interface Admission {
  /** For routes with a JSON body. */
  readonly authenticate: RequestHandler;
  /** The same without reading the body. */
  readonly authenticateOnly: RequestHandler;
  /** For routes that read their body and keep their answers by themselves. */
  readonly authenticateStream: RequestHandler;
  /** For routes that work for long before they write: a JSON body, and no transaction yet, which `writing` opens. */
  readonly authenticateFirst: RequestHandler;
  readonly writing: RequestHandler;
  /** For routes that read their body by themselves, once they have: the key may have been revoked meanwhile. */
  readonly authenticateAgain: RequestHandler;
}

type Step = RequestHandler;

/**
 * What stands before every management route: who asks, whether it asks too often or too much at once, its body, whether it
 * was asked before.
 * Who has no valid key does not get its body read; a key that was revoked while the body came is refused after it.
 */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { authenticate } = deps;
  const first = once(authenticate);
  const limit = once(createRateLimit(deps));
  const turn = createCallerTurns(authenticate);
  const readBody = once(createReadBody(managementBodyLimitBytes));
  const again = once(authenticate);
  const scope = once(createWriteScope(deps));
  return {
    authenticate: inTurn([first, limit, turn, readBody, again], scope),
    authenticateOnly: inTurn([first, limit, turn], scope),
    authenticateStream: inTurn([first, limit], turn),
    authenticateFirst: inTurn([first, limit, turn, readBody, again], createReplayKept(deps)),
    writing: scope,
    authenticateAgain: authenticate,
  };
}

/** Routers of one path follow each other: a request that has passed a step in one of them has passed it in all. */
function once(step: Step): Step {
  const passed = new WeakSet<Request>();
  return (request, response, next) => {
    if (passed.has(request)) return next();
    passed.add(request);
    return step(request, response, next);
  };
}

/** Handlers as one; the last one goes on to what follows. */
function inTurn(steps: readonly Step[], last: Step): RequestHandler {
  return async (request: Request, response: Response, next) => {
    for (const step of steps) await step(request, response, () => undefined);
    await last(request, response, next);
  };
}
