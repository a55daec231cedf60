import type { Request, RequestHandler, Response } from "express";
import { createCallerTurns } from "./callerTurns.ts";
import { createRateLimit, type RateLimitDeps } from "./rateLimit.ts";
import { createReadBody, managementBodyLimitBytes } from "./readBody.ts";
import { createWriteScope, type WriteScopeDeps } from "./writeScope.ts";

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
}

type Step = RequestHandler;

/**
 * What stands before every management route: who asks, whether it asks too often or too much at once, its body, whether it
 * was asked before.
 * Who has no valid key does not get its body read; a key that was revoked while the body came is refused after it.
 */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { authenticate } = deps;
  const limit = createRateLimit(deps);
  const turn = createCallerTurns(authenticate);
  const readBody = createReadBody(managementBodyLimitBytes);
  const scope = createWriteScope(deps);
  return {
    authenticate: inTurn([authenticate, limit, turn, readBody, authenticate], scope),
    authenticateOnly: inTurn([authenticate, limit, turn], scope),
    authenticateStream: inTurn([authenticate, limit], turn),
  };
}

/** Handlers as one; the last one goes on to what follows. */
function inTurn(steps: readonly Step[], last: Step): RequestHandler {
  return async (request: Request, response: Response, next) => {
    for (const step of steps) await step(request, response, () => undefined);
    await last(request, response, next);
  };
}
