import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AnswerFault } from "./problem.ts";

/** Answers a request by itself; rejects with what the problem handler turns into an answer. */
export type AnswerDirectly = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface FrontDoorDeps {
  readonly answerAds: AnswerDirectly;
  readonly answerFault: AnswerFault;
  /** The Express application: everything else, and other spellings of the same path. */
  readonly app: RequestListener;
}

export const adsPath = "/v1/ads";

/**
 * Hands `POST /v1/ads` to its handler before Express sees it: finding the route, and making a request of Express' kind
 * out of Node's, costs as much as a tenth of an ad (docs/benchmarks.md). The handler is the one that Express has too.
 */
export function createFrontDoor(deps: FrontDoorDeps): RequestListener {
  const { answerAds, answerFault, app } = deps;
  return (request, response) => {
    if (request.url !== adsPath || request.method !== "POST") {
      app(request, response);
      return;
    }
    answerAds(request, response).catch((error: unknown) => {
      answerFault(error, { method: "POST", route: adsPath }, response);
    });
  };
}
