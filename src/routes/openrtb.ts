import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type RequestHandler, Router } from "express";
import type { BidResponse } from "../openrtb/bidTypes.ts";
import { parseBidRequest } from "../openrtb/parseBidRequest.ts";
import type { AnswerBid, BidResult } from "../serving/answerBid.ts";
import type { BidAdmission, BidTicket } from "../serving/bidAdmission.ts";
import type { BodyPlace, BodyRoom } from "../serving/bidBodies.ts";
import type { BidOutcome } from "../serving/bidOutcome.ts";
import type { FindSsp, Ssp } from "../serving/bidPorts.ts";
import { type BidBody, readBidBody } from "./bidBody.ts";
import { type Caller, refuseCaller, trustOf, withCaller } from "./bidCaller.ts";
import { type AnswerDirectly, bidPath } from "./frontDoor.ts";

export interface BidRouteDeps {
  readonly findSsp: FindSsp;
  readonly answerBid: AnswerBid;
  readonly admission: BidAdmission;
  /** Room for the bodies that are being read. */
  readonly bodies: BodyRoom;
  /** What a user sync would give the SSP for the visitor id in our cookie; null = it is none of ours. */
  readonly buyerUidOf: (cookie: string, ssp: Ssp) => string | null;
  /** Told once for each request of an SSP that we know. */
  readonly onAnswered: (ssp: Ssp, outcome: BidOutcome) => void;
  readonly onFault: (error: unknown) => void;
}

/** Answers by hand; the address is the caller's, as far as it is known. Never rejects. */
export type AnswerBidRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string | null,
) => Promise<void>;

/** Exchanges keep hundreds of connections and use each now and then. */
const idleConnectionMs = 600_000;
/** Smaller answers are not worth packing. */
const gzipFromBytes = 1_024;
const version = { "x-openrtb-version": "2.6" } as const;

/**
 * Answers bid requests: who asks, how much of it, body, decision, answer. Nothing but bids and "no bid" has content: 204
 * for no bid, 400 for what is no bid request, 401 or 403 for who may not ask, 404 for an SSP that we do not know. A fault of
 * ours is no bid.
 */
export function createAnswerBidRequest(deps: BidRouteDeps): AnswerBidRequest {
  return async (request, response, address) => {
    const origin = request.headers.origin ?? null;
    allowOrigin(response, origin);
    const ssp = deps.findSsp(nameOf(request.url ?? ""));
    if (ssp === null) return finish(response, 404);
    const refusal = refuseCaller(ssp, request, { address, origin });
    if (refusal !== null) {
      deps.onAnswered(ssp, { kind: "refused", status: refusal });
      return finish(response, refusal);
    }
    if (ssp.status === "paused") return noBid(response, ssp, "no_campaign", deps);
    const ticket = deps.admission.enter(ssp);
    if (typeof ticket === "string") {
      deps.onAnswered(ssp, { kind: "shed", reason: ticket });
      return finish(response, 204);
    }
    // Who is shed gets the least that can be answered: it is the busiest moment.
    if (origin === null) keepConnection(request, response);
    response.once("close", ticket.left);
    try {
      await answerAdmitted(request, response, { ssp, ticket, caller: { address, origin } }, deps);
    } catch (error) {
      deps.onFault(error);
      if (!response.headersSent) noBid(response, ssp, "technical_error", deps);
    }
  };
}

/** The same for Express, for other spellings of the path, and the preflight of browsers. */
export function bidRouter(answer: AnswerDirectly): Router {
  const router = Router();
  router.options(`${bidPath}:ssp`, answerPreflight);
  router.post(`${bidPath}:ssp`, answer);
  return router;
}

interface Admitted {
  readonly ssp: Ssp;
  readonly ticket: BidTicket;
  readonly caller: Caller;
}

async function answerAdmitted(
  request: IncomingMessage,
  response: ServerResponse,
  { ssp, ticket, caller }: Admitted,
  deps: BidRouteDeps,
): Promise<void> {
  const place = deps.bodies.enter(ssp.sspId, declaredBytes(request));
  const body = place === null ? noRoom : await readWithin(request, ssp, place);
  if (!body.ok && body.status === 204) {
    deps.onAnswered(ssp, { kind: "shed", reason: body.reason });
    // What is left of it need not be waited for.
    response.setHeader("connection", "close");
    return finish(response, 204);
  }
  const parsed = body.ok ? parseBidRequest(body.value) : null;
  if (!parsed?.ok) {
    const status = body.ok ? 400 : body.status;
    deps.onAnswered(ssp, { kind: "refused", status });
    return finish(response, status);
  }
  const bidRequest = withCaller(parsed.request, request, caller, (cookie) =>
    deps.buyerUidOf(cookie, ssp),
  );
  const timeMs = ticket.timeLeftMs(bidRequest.tmaxMs);
  const result = await deps.answerBid(bidRequest, ssp, timeMs, trustOf(ssp, caller));
  ticket.decided(timeMs);
  deps.onAnswered(ssp, outcomeOf(result));
  if (result.answer.status === 204) return finish(response, 204);
  writeBody(response, result.answer.body, acceptsGzip(request));
}

const noRoom = { ok: false, status: 204, reason: "no_room" } as const;

/** A body that takes longer than its answer may has no answer any more. */
async function readWithin(
  request: IncomingMessage,
  { deadlineMs }: Ssp,
  place: BodyPlace,
): Promise<BidBody> {
  try {
    return await readBidBody(request, { place, patienceMs: deadlineMs });
  } finally {
    place.leave();
  }
}

/** Null = nobody knows before it has come (chunks). */
function declaredBytes({ headers }: IncomingMessage): number | null {
  const text = headers["content-length"];
  return text === undefined ? null : Number(text);
}

function outcomeOf({ reason, bids }: BidResult): BidOutcome {
  return reason === null ? { kind: "bid", bids } : { kind: "no_bid", reason };
}

/** Up to a query or a slash at the end. */
function nameOf(url: string): string {
  return /^[^?/]*/.exec(url.slice(bidPath.length))?.[0] ?? "";
}

function noBid(
  response: ServerResponse,
  ssp: Ssp,
  reason: Extract<BidOutcome, { kind: "no_bid" }>["reason"],
  { onAnswered }: BidRouteDeps,
): void {
  onAnswered(ssp, { kind: "no_bid", reason });
  finish(response, 204);
}

/** What is left of a body that nobody reads is thrown away by Node. */
function finish(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? version : { ...version, "content-length": 0 });
  response.end();
}

function writeBody(response: ServerResponse, body: BidResponse, mayGzip: boolean): void {
  const text = JSON.stringify(body);
  const isPacked = mayGzip && text.length >= gzipFromBytes;
  // A text leaves in one piece with its headers.
  const packed = isPacked ? gzipSync(text, { level: 1 }) : text;
  response.writeHead(200, {
    ...version,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(packed),
    "cache-control": "no-store",
    ...(isPacked ? { "content-encoding": "gzip" } : {}),
  });
  response.end(packed);
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers["accept-encoding"];
  return (
    typeof accepted === "string" && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\s*(?:,|$)))/i.test(accepted)
  );
}

/** After the server's own listener, which gives every connection a shorter patience. */
function keepConnection(request: IncomingMessage, response: ServerResponse): void {
  const isKept = request.httpVersion === "1.1" && request.headers.connection !== "close";
  if (!isKept) return;
  response.setHeader("connection", "keep-alive");
  response.setHeader("keep-alive", `timeout=${idleConnectionMs / 1_000}`);
  const { socket } = response;
  response.once("finish", () => socket?.setTimeout(idleConnectionMs));
}

/** Prebid.js sends the cookies of our user sync along, hence never "*". */
function allowOrigin(response: ServerResponse, origin: string | null): void {
  if (origin === null) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("vary", "origin");
}

const answerPreflight: RequestHandler = (request, response) => {
  allowOrigin(response, request.headers.origin ?? null);
  response.writeHead(204, {
    allow: "OPTIONS, POST",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type, content-encoding, x-openrtb-version",
    "access-control-max-age": "86400",
  });
  response.end();
};
