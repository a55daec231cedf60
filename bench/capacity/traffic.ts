import type { Assumed } from "./assumptions.ts";

const secondsADay = 86_400;
export const daysAMonth = 30.4;

/** Per second: of a mean second, or of the busiest one. */
export interface Rates {
  readonly pages: number;
  readonly requests: number;
  readonly filled: number;
  readonly ads: number;
  /** Impressions, views and clicks, of pages and of won bids. */
  readonly events: number;
  readonly activity: number;
  readonly bidRequests: number;
  readonly bids: number;
}

export interface Traffic {
  readonly mean: Rates;
  readonly peak: Rates;
  readonly dailyVisitors: number;
}

/** What visitors and exchanges ask for. Exchanges follow the same day: their quota is that of the peak. */
export function trafficOf(assumed: Assumed): Traffic {
  const dailyVisitors = assumed.monthlyVisitors * assumed.dailyShare;
  const pages = (dailyVisitors * assumed.pagesPerDay) / secondsADay;
  const peakFactor = assumed.peakHour * assumed.peakDay * assumed.burst;
  const bidRequests = assumed.bidRequests / peakFactor;
  const mean = ratesOf(assumed, pages, bidRequests);
  return { mean, peak: ratesOf(assumed, pages * peakFactor, assumed.bidRequests), dailyVisitors };
}

function ratesOf(assumed: Assumed, pages: number, bidRequests: number): Rates {
  const requests = pages * assumed.requestsPerPage;
  const filled = requests * assumed.filledShare;
  const ads = filled * assumed.adsPerFilled;
  const bids = bidRequests * assumed.bidShare;
  const shown = ads * assumed.shownShare + bids * assumed.wonShare;
  const events = shown * (1 + assumed.viewedShare + assumed.clickShare);
  const activity = pages * assumed.activityPerPage;
  return { pages, requests, filled, ads, events, activity, bidRequests, bids };
}

/** Of a rate by the second, what a month of it is. */
export function aMonth(perSecond: number): number {
  return perSecond * secondsADay * daysAMonth;
}
