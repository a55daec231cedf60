import type { Random } from "../random.ts";
import { drawActivity } from "./drawActivity.ts";
import { createDrawVisit, type VisitDrawing } from "./drawVisit.ts";
import { adsOfAnswer, followAd } from "./followAds.ts";

/** What the public needs of the world around it. */
export interface TrafficDeps extends VisitDrawing {
  readonly baseUrl: string;
  readonly requestsPerSecond: number;
  readonly random: Random;
  readonly nowMs: () => number;
  /** Sends a request; answers the body of JSON, null for anything else. May reject. */
  readonly send: (
    url: string,
    options: { readonly userAgent: string; readonly body?: string },
  ) => Promise<unknown>;
  /** Calls once, so many ms later. */
  readonly later: (afterMs: number, work: () => void) => void;
}

/** More at once say that the server is not keeping up: nobody else comes until it does. */
const mostUnderWay = 40;

/**
 * Plays the public until the process ends: visits come by chance, independently of each other, at the given rate. A server
 * that does not answer loses visits and is not asked harder.
 */
export function runTraffic(deps: TrafficDeps): void {
  const drawVisit = createDrawVisit(deps);
  const { random, later } = deps;
  let underWay = 0;
  const visit = async (): Promise<void> => {
    const drawn = drawVisit(random, deps.nowMs());
    const { body, userAgent } = drawn;
    const activity = JSON.stringify(drawActivity(drawn, random));
    // The site tells it beside the ads, whatever becomes of these.
    deps.send(`${deps.baseUrl}/v1/activity`, { userAgent, body: activity }).catch(() => undefined);
    const answer = await deps.send(`${deps.baseUrl}/v1/ads`, {
      userAgent,
      body: JSON.stringify(body),
    });
    for (const tracking of adsOfAnswer(answer)) {
      for (const { afterMs, url } of followAd(tracking, random)) {
        const here = onThisMachine(url, deps.baseUrl);
        later(afterMs, () => void deps.send(here, { userAgent }).catch(() => undefined));
      }
    }
  };
  const next = (): void => {
    later(untilNextMs(deps.requestsPerSecond, random), () => {
      next();
      if (underWay >= mostUnderWay) return;
      underWay++;
      visit()
        .catch(() => undefined)
        .finally(() => underWay--);
    });
  };
  next();
}

/** Times between independent arrivals are exponential; a quarter of a minute at most. */
function untilNextMs(perSecond: number, random: Random): number {
  return Math.min(15_000, (-Math.log(1 - random.next()) / perSecond) * 1_000);
}

/** Tracking addresses name the public host, which this machine may not reach. */
function onThisMachine(url: string, baseUrl: string): string {
  const { pathname, search } = new URL(url);
  return `${baseUrl}${pathname}${search}`;
}
