import type { RequestHandler, Response } from "express";
import { PublicError } from "../errors.ts";
import { createTurns, type Turns } from "../turns.ts";
import { afterwards } from "./afterwards.ts";
import { apiKeyOf } from "./authenticate.ts";
import { ownerOf } from "./writeScope.ts";

/** Requests of one caller that a node works on at once. */
const atOnce = 4;
/** More that may wait; beyond it somebody has lost count. */
const mostWaiting = 200;

const tooMany = () =>
  new PublicError("too_many_requests", `${mostWaiting} of your requests wait already.`);

/**
 * Lets a caller's requests pass a few at a time, behind authentication and before their bodies are read; the others wait in
 * their order, and are authenticated again. One caller's hundred uploads or lists are then neither in memory at once nor
 * before everybody else's ads. Throws PublicError `too_many_requests`, with Retry-After, when too many wait already.
 */
export function createCallerTurns(authenticate: RequestHandler): RequestHandler {
  const turnsOf = new Map<string, Turns>();
  // Routers of one path follow each other: a request that passes here twice holds its turn already.
  const holders = new WeakSet<Response>();
  return async (request, response, next) => {
    if (holders.has(response)) return next();
    holders.add(response);
    const owner = ownerOf(apiKeyOf(request));
    const turns = turnsOf.get(owner) ?? createTurns({ atOnce, mostWaiting, refuse: tooMany });
    turnsOf.set(owner, turns);
    // Who hangs up waits no longer.
    const hasWaited = await turns.take((leave) => response.once("close", leave));
    afterwards(request, response, () => {
      turns.pass();
      if (turns.running() === 0) turnsOf.delete(owner);
    });
    if (hasWaited) await authenticate(request, response, () => undefined);
    next();
  };
}
