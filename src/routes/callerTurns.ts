import type { RequestHandler, Response } from "express";
import { PublicError } from "../errors.ts";
import { afterwards } from "./afterwards.ts";
import { apiKeyOf } from "./authenticate.ts";
import { ownerOf } from "./writeScope.ts";

/** Requests of one caller that a node works on at once. */
const atOnce = 4;
/** More that may wait; beyond it somebody has lost count. */
const mostWaiting = 200;

interface Turns {
  running: number;
  readonly waiting: Set<() => void>;
}

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
    const turns = turnsOf.get(owner) ?? { running: 0, waiting: new Set() };
    turnsOf.set(owner, turns);
    const hasWaited = await takeTurn(turns, response);
    afterwards(request, response, () => {
      passTurn(turns);
      if (turns.running === 0) turnsOf.delete(owner);
    });
    if (hasWaited) await authenticate(request, response, () => undefined);
    next();
  };
}

/** Resolves when it is this request's turn, with whether it waited; never for one that was given up meanwhile. */
async function takeTurn(turns: Turns, response: Response): Promise<boolean> {
  if (turns.running < atOnce) {
    turns.running += 1;
    return false;
  }
  if (turns.waiting.size >= mostWaiting) {
    response.setHeader("retry-after", "1");
    throw new PublicError("too_many_requests", `${mostWaiting} of your requests wait already.`);
  }
  await new Promise<void>((resolve) => {
    turns.waiting.add(resolve);
    response.once("close", () => turns.waiting.delete(resolve));
  });
  return true;
}

/** Whoever waits longest takes the place over. */
function passTurn(turns: Turns): void {
  const [next] = turns.waiting;
  if (next === undefined) {
    turns.running -= 1;
    return;
  }
  turns.waiting.delete(next);
  next();
}
