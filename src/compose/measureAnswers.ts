import type { RequestHandler } from "express";
import type { Metrics } from "../metrics/metrics.ts";
import { latencyBounds } from "../metrics/percentiles.ts";
import { watched } from "../metrics/watched.ts";
import type { AnswerAds } from "../routes/ads.ts";
import { measureRoutes } from "../routes/measureRoutes.ts";
import { type AnswerBid, type AnswerBidDeps, createAnswerBid } from "../serving/answerBid.ts";
import type { ServeAds } from "../serving/serveAds.ts";
import type { Tracing } from "../stores/telemetry/tracing.ts";
import { countTraffic, type Pacing } from "./pacing.ts";
import type { ServerRole } from "./role.ts";
import { traceBid } from "./tracing.ts";

/** Counts ad requests by what became of them, and how long they took from their head to their answer. */
export function measureAds(metrics: Metrics): {
  readonly decided: (serveAds: ServeAds) => ServeAds;
  readonly answered: (answerAds: AnswerAds) => AnswerAds;
} {
  const requests = metrics.counter(
    watched.ads,
    "Ad requests: filled (at least one ad), empty, refused (not to be read, or not allowed)",
    ["outcome"],
  );
  const seconds = metrics.histogram(
    watched.adSeconds,
    "From an ad request's head to its answer",
    latencyBounds,
  );
  const [filled, empty, refused] = ["filled", "empty", "refused"].map((outcome) => ({ outcome }));
  return {
    decided: (serveAds) => async (request, options) => {
      const answer = await serveAds(request, options);
      if (options.test) return answer;
      const hasAd = answer.placements.some(({ ads }) => ads.length > 0);
      requests.add(1, hasAd ? filled : empty);
      return answer;
    },
    answered: (answerAds) => async (request, response, address) => {
      const startedMs = performance.now();
      try {
        await answerAds(request, response, address);
        seconds.observe((performance.now() - startedMs) / 1_000);
      } catch (error) {
        requests.add(1, refused);
        throw error;
      }
    },
  };
}

/** Rate, errors and duration of every route but the hottest, which are measured apart. Each process has names of its own. */
export function measureRoutesOf(metrics: Metrics, role: ServerRole): RequestHandler {
  const name =
    role === "management" ? "atelier_management_route_request_seconds" : watched.routeSeconds;
  const seconds = metrics.histogram(
    name,
    "From a request's arrival at its router to its answer, by route",
    [0.01, 0.1, 0.5, 2.5],
    ["route", "method", "status"],
  );
  return measureRoutes((measure, took) => seconds.observe(took, { ...measure }));
}

/** The same function, counted for pacing and for the figures of this node, where somebody counts. */
export function countDecisions(
  serveAds: ServeAds,
  pacing: Pick<Pacing, "count"> | undefined,
  counted: (serveAds: ServeAds) => ServeAds = (decide) => decide,
): ServeAds {
  return counted(pacing === undefined ? serveAds : countTraffic(serveAds, pacing.count));
}

/** Answers bids, and measures how long that takes from the body that was read to the answer, by SSP. */
export function createTimedAnswerBid(
  { metrics, tracing }: { readonly metrics: Metrics; readonly tracing: Tracing | null },
  deps: AnswerBidDeps,
): AnswerBid {
  const answerBid = traceBid(tracing, createAnswerBid(deps));
  const seconds = metrics.histogram(
    watched.bidSeconds,
    "From a bid request's body to its answer, by SSP",
    latencyBounds,
    ["ssp"],
  );
  return async (request, ssp, timeMs, caller) => {
    const startedMs = performance.now();
    const result = await answerBid(request, ssp, timeMs, caller);
    seconds.observe((performance.now() - startedMs) / 1_000, { ssp: ssp.name });
    return result;
  };
}
