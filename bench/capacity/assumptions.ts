import { defaultNationalCurve } from "../../src/budgets/pacing/nationalCurve.ts";

/** Where a number is from that nobody here has measured. */
export type Origin = "given" | "from memory" | "assumed" | "chosen" | "computed";

export interface Assumption {
  readonly value: number;
  readonly what: string;
  readonly origin: Origin;
  /** How the page writes it. */
  readonly as: "count" | "share" | "factor";
}

const count = (value: number, what: string, origin: Origin): Assumption => ({
  value,
  what,
  origin,
  as: "count",
});
const share = (value: number, what: string, origin: Origin): Assumption => ({
  value,
  what,
  origin,
  as: "share",
});
const factor = (value: number, what: string, origin: Origin): Assumption => ({
  value,
  what,
  origin,
  as: "factor",
});

/** The busiest hour of the week, in mean hours. */
const peakHour = Math.max(...defaultNationalCurve()) * 24;

/** Everything that the model takes for granted. `given`: by who asks; `from memory`: published figures, not looked up again. */
export const assumptions = {
  monthlyVisitors: count(25e6, "visitors a month", "given"),
  listings: count(
    26e6,
    "listings; the ad server keeps none: a request brings its category",
    "given",
  ),
  dailyShare: share(
    0.36,
    "of a month's visitors come on a mean day (some nine million)",
    "from memory",
  ),
  pagesPerDay: count(14, "pages a visitor opens on such a day", "from memory"),
  requestsPerPage: count(1, "ad requests a page: the tag asks for all slots at once", "chosen"),
  filledShare: share(0.6, "of requests get at least one ad", "assumed"),
  adsPerFilled: factor(1.5, "ads in an answer that has any", "assumed"),
  shownShare: share(0.92, "of ads are rendered (simulation: 8 % never are)", "assumed"),
  viewedShare: share(0.6, "of rendered ads are viewed", "assumed"),
  clickShare: share(0.004, "of rendered ads are clicked", "assumed"),
  storedShare: share(0.75, "of visitors allow storing: they have scores and caps", "assumed"),
  missedShare: share(
    0.2,
    "of their requests ask DynamoDB: Redis does not have their scores",
    "assumed",
  ),
  activityPerPage: count(1, "events of activity a page", "chosen"),
  bidRequests: count(
    10_000,
    "bid requests a second that exchanges may send at the peak (`qpsLimit`)",
    "chosen",
  ),
  bidShare: share(0.3, "of bid requests get a bid", "assumed"),
  wonShare: share(0.1, "of bids are won and shown", "assumed"),
  campaigns: count(100_000, "campaigns that may serve", "chosen"),
  campaignWrites: count(2, "campaign writes a second at the peak", "assumed"),
  peakHour: factor(
    peakHour,
    "peak hour over mean hour (Sunday evening of pacing's built-in week)",
    "computed",
  ),
  peakDay: factor(1.25, "busiest season over mean", "assumed"),
  burst: factor(1.3, "busiest second over its hour", "assumed"),
  machine: factor(1.25, "a vCPU's time over that of the machine measured", "assumed"),
  processLoad: share(0.5, "of a process' processor at the peak: what p99 is measured at", "chosen"),
  redisLoad: share(0.5, "of a Redis shard's thread at the peak", "chosen"),
  redisFill: share(0.6, "of a Redis node's memory used", "chosen"),
  shardLoad: share(0.7, "of a Kinesis shard used at the peak", "chosen"),
  zones: count(3, "zones, of which one may be lost at the peak", "chosen"),
  ledgerMonths: count(12, "months of ledger on the disk that is paid for", "chosen"),
  lakeMonths: count(25, "months that the lake keeps", "chosen"),
  warehouseHours: count(60, "hours a month in which Redshift works", "assumed"),
} as const satisfies Readonly<Record<string, Assumption>>;

export type Assumed = Readonly<Record<keyof typeof assumptions, number>>;

/** The numbers alone; what grows with traffic is multiplied. */
export function assumedAt(scale: number): Assumed {
  const values = Object.fromEntries(
    Object.entries(assumptions).map(([name, { value }]) => [name, value]),
  ) as Assumed;
  return {
    ...values,
    monthlyVisitors: values.monthlyVisitors * scale,
    listings: values.listings * scale,
    bidRequests: values.bidRequests * scale,
    campaigns: values.campaigns * scale,
    campaignWrites: values.campaignWrites * scale,
  };
}
