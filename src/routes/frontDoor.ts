import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AnswerFault } from "./problem.ts";

/** Answers a request by itself; rejects with what the problem handler turns into an answer. */
export type AnswerDirectly = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface FrontDoorDeps {
  readonly answerAds: AnswerDirectly;
  /** `POST /openrtb2/bid/{ssp}`; absent = bids are not served here. */
  readonly answerBid?: AnswerDirectly;
  readonly answerFault: AnswerFault;
  /** The Express application: everything else, and other spellings of the same path. */
  readonly app: RequestListener;
}

export const adsPath = "/v1/ads";
/** Followed by the name of an SSP. */
export const bidPath = "/openrtb2/bid/";

/**
 * Hands `POST /v1/ads` and bid requests to their handlers before Express sees it: finding the route, and making a request of Express' kind
 * out of Node's, costs as much as a tenth of an ad (docs/benchmarks.md). The handlers are those that Express has too.
 */
export function createFrontDoor(deps: FrontDoorDeps): RequestListener {
  const { answerAds, answerBid, answerFault, app } = deps;
  const handlerOf = (url: string): AnswerDirectly | null => {
    if (url === adsPath) return answerAds;
    return url.startsWith(bidPath) ? (answerBid ?? null) : null;
  };
  return (request, response) => {
    const answerIt = request.method === "POST" ? handlerOf(request.url ?? "") : null;
    if (answerIt === null) {
      app(request, response);
      return;
    }
    answerIt(request, response).catch((error: unknown) => {
      const route = answerIt === answerAds ? adsPath : `${bidPath}:ssp`;
      answerFault(error, { method: "POST", route }, response);
    });
  };
}
