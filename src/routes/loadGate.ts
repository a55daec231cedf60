import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { PublicError } from "../errors.ts";
import type { LoadDoor, ShedCause } from "../serving/loadDoor.ts";
import type { LogAccess } from "./accessLog.ts";
import { answerEmptyPage } from "./emptyPage.ts";
import { adsPath, bidPath } from "./frontDoor.ts";
import { sendProblem } from "./problem.ts";
import { mayQueue } from "./queuedAnswers.ts";
import { createQuickRefusal, type QuickRefusal } from "./quickRefusal.ts";
import { givenRequestId, requestIdHeader, requestIdOf } from "./requestId.ts";

export interface LoadGateDeps {
  readonly load: LoadDoor;
  /** Told of each request that is sent away here. Bids are sent away by their own admission, which knows whose they are. */
  readonly onShed: (kind: "page" | "other", cause: ShedCause) => void;
  readonly logAccess: LogAccess;
}

/** More fields than any browser, balancer or exchange sends: each costs memory and time before anybody is known. */
export const mostHeaders = 100;
/** Of those who can ask again later so many are let in at once while pages are sent away: an operator must be able to act. */
const mostOthers = 4;

/** What is seen of a person or bills money, what tells whether we live, and the files by which an operator acts: never sent away. */
const alwaysAnswered =
  /^\/(?:t|openrtb2\/n|media|creatives|tag|boutiques|pourquoi|console)\/|^\/(?:healthz|readyz|startupz|metrics|v1\/(?:conversions|system|live-settings|sessions))(?:[/?]|$)/;

/** What stands before every route of a node: what a connection may send is bounded, each request is named, a few are logged. */
export function createGate(app: RequestListener, logAccess: LogAccess): RequestListener {
  return (request, response) => {
    if (!isBounded(request, response)) return;
    response.setHeader(requestIdHeader, requestIdOf(request));
    logAccess(request, response);
    app(request, response);
  };
}

function isBounded(request: IncomingMessage, response: ServerResponse): boolean {
  if (!mayQueue(request, response)) return false;
  if (request.rawHeaders.length <= 2 * mostHeaders) return true;
  response.writeHead(431, { connection: "close", "content-length": 0 });
  response.end();
  return false;
}

/**
 * The same of a node that serves ads. While the node has more to do than it can, a page gets "no ads" before
 * its body is read, and management a 503; pixels, notices, pictures, health and metrics are always answered.
 */
export function createLoadGate(app: RequestListener, deps: LoadGateDeps): RequestListener {
  const { load, onShed } = deps;
  const quick = createQuickRefusal({ load, onShed: (cause) => onShed("page", cause) });
  const answerPage = createPageDoor(app, deps, quick);
  const answerOther = createOtherDoor(app, deps);
  return (request, response) => {
    if (!isBounded(request, response)) return;
    quick.note(request, response);
    const { method, url = "" } = request;
    const isPage = method === "POST" && url.startsWith(adsPath) && isEndOfPath(url[adsPath.length]);
    if (isPage) answerPage(request, response);
    else if (method === "POST" && url.startsWith(bidPath)) {
      echoRequestId(request, response);
      deps.logAccess(request, response, `${bidPath}:ssp`);
      app(request, response);
    } else answerOther(request, response);
  };
}

function createPageDoor(
  app: RequestListener,
  deps: LoadGateDeps,
  quick: Pick<QuickRefusal, "watch" | "wasLetIn">,
): RequestListener {
  const { load, onShed, logAccess } = deps;
  return (request, response) => {
    echoRequestId(request, response);
    logAccess(request, response, adsPath);
    const cause = quick.wasLetIn(request) ? null : load.refuse("page");
    if (cause !== null) {
      onShed("page", cause);
      quick.watch(request.socket);
      answerEmptyPage(request, response);
      return;
    }
    countWhileDecided(request, response, load);
    app(request, response);
  };
}

function createOtherDoor(app: RequestListener, deps: LoadGateDeps): RequestListener {
  let inside = 0;
  return (request, response) => {
    response.setHeader(requestIdHeader, requestIdOf(request));
    deps.logAccess(request, response);
    if (deps.load.isShedding() && mayWait(request)) {
      if (inside >= mostOthers) {
        deps.onShed("other", "full");
        answerLater(response);
        return;
      }
      inside++;
      response.once("close", () => inside--);
    }
    app(request, response);
  };
}

const mayWait = ({ method, url = "" }: IncomingMessage): boolean =>
  method !== "OPTIONS" && !alwaysAnswered.test(url);

const isEndOfPath = (next: string | undefined): boolean =>
  next === undefined || next === "?" || next === "/";

/** The hottest answers carry ids of their own (decisions, bids): a name is given back, but not made. */
function echoRequestId(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers[requestIdHeader] === undefined) return;
  const given = givenRequestId(request);
  if (given !== null) response.setHeader(requestIdHeader, given);
}

/** From the end of its body on: who sends slowly on purpose takes nobody's place. */
function countWhileDecided(
  request: IncomingMessage,
  response: ServerResponse,
  load: Pick<LoadDoor, "begin" | "end">,
): void {
  let state: "reading" | "decided" | "gone" = "reading";
  request.once("end", () => {
    if (state !== "reading") return;
    state = "decided";
    load.begin();
  });
  response.once("close", () => {
    if (state === "decided") load.end();
    state = "gone";
  });
}

function answerLater(response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  sendProblem(response, new PublicError("unavailable", "This node has more to do than it can."));
}
