import type { Growth, History } from "./history.ts";
import { percentilesOf } from "./percentiles.ts";
import type { SspHealth, SystemReport } from "./systemReport.ts";
import { watched } from "./watched.ts";

type Rates = Pick<SystemReport, "windowSeconds" | "ads" | "series"> & {
  readonly bids: Omit<SystemReport["bids"], "inFlight">;
  readonly chargedMicrosPerSecond: number;
};

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** Latencies of the series are of so long: a second of a small site is a handful of requests. */
const smoothedMs = 10_000;

const nothing: Growth = { fromMs: 0, toMs: 0, of: () => 0, by: () => new Map() };

/** What a node answered in the last minute, as rates. Pure but for what the history holds. */
export function ratesOf(history: History): Rates {
  const growth = history.last(minuteMs) ?? nothing;
  const seconds = secondsOf(growth);
  const rate = (count: number) => perSecond(count, seconds);
  const outcome = (name: string) => growth.of(watched.ads, { outcome: name });
  const asked = outcome("filled") + outcome("empty");
  const nobodys = outcome("refused") + growth.of(watched.invalidAds);
  const requests = growth.of(watched.bidRequests);
  const withoutBid = growth.of(watched.noBids) + refusedOf(growth);
  const late = growth.of(watched.noBids, { reason: "no_time" });
  return {
    windowSeconds: Math.round(seconds),
    ads: {
      requestsPerSecond: rate(asked + nobodys),
      fillShare: shareOf(outcome("filled"), asked),
      invalidPerSecond: rate(nobodys),
      latencyMs: percentilesOf(growth, watched.adSeconds),
    },
    bids: {
      requestsPerSecond: rate(requests),
      bidShare: shareOf(requests - withoutBid, requests),
      lateShare: shareOf(late, requests),
      latencyMs: percentilesOf(growth, watched.bidSeconds),
    },
    series: seriesOf(history),
    chargedMicrosPerSecond: rate(growth.of(watched.chargedMicros)),
  };
}

function seriesOf(history: History): SystemReport["series"] {
  const trailing = history.trailing(smoothedMs);
  return history.steps().map((step, index) => {
    const rate = (count: number) => perSecond(count, secondsOf(step));
    const smooth = trailing[index] ?? step;
    const outcome = (name: string) => step.of(watched.ads, { outcome: name });
    const filled = outcome("filled");
    return {
      at: new Date(step.toMs).toISOString(),
      adsPerSecond: rate(
        filled + outcome("empty") + outcome("refused") + step.of(watched.invalidAds),
      ),
      filledPerSecond: rate(filled),
      bidRequestsPerSecond: rate(step.of(watched.bidRequests)),
      bidsPerSecond: rate(step.of(watched.bids)),
      adLatencyMs: percentilesOf(smooth, watched.adSeconds),
      bidLatencyMs: percentilesOf(smooth, watched.bidSeconds),
    };
  });
}

/** The same of one SSP, with the reasons that it and we gave. */
export function sspHealthOf(
  history: History,
  { ssp, node, qpsLimit, nowMs }: SspOfNode,
): SspHealth {
  return {
    ssp,
    node,
    at: new Date(nowMs).toISOString(),
    qpsLimit,
    lastMinute: sspWindow(history.last(minuteMs) ?? nothing, ssp),
    lastHour: sspWindow(history.last(hourMs) ?? nothing, ssp),
    minutes: history.longSteps().map((step) => {
      const rate = (name: string) => perSecond(step.of(name, { ssp }), secondsOf(step));
      return {
        at: new Date(step.toMs).toISOString(),
        requestsPerSecond: rate(watched.bidRequests),
        bidsPerSecond: rate(watched.bids),
        shedPerSecond: rate(watched.bidsShed),
      };
    }),
  };
}

export interface SspOfNode {
  readonly ssp: string;
  readonly node: string;
  readonly qpsLimit: number;
  readonly nowMs: number;
}

function sspWindow(growth: Growth, ssp: string): SspHealth["lastHour"] {
  const notices = (kind: string) => growth.of(watched.notices, { ssp, kind, outcome: "counted" });
  const billed = notices("billing") + notices("impression");
  const reasons = (name: string, label: string) => reasonsOf(growth.by(name, label, { ssp }));
  return {
    seconds: Math.round(secondsOf(growth)),
    requests: growth.of(watched.bidRequests, { ssp }),
    bids: growth.of(watched.bids, { ssp }),
    // Many exchanges tell of the bill only.
    won: Math.max(notices("win"), billed),
    billed,
    billedMicros: growth.of(watched.billedMicros, { ssp }),
    noBids: reasons(watched.noBids, "reason"),
    shed: reasons(watched.bidsShed, "reason"),
    refused: reasons(watched.bidsRefused, "status"),
    losses: reasons(watched.losses, "reason"),
    latencyMs: percentilesOf(growth, watched.bidSeconds, { ssp }),
  };
}

function reasonsOf(counts: ReadonlyMap<string, number>): SspHealth["lastHour"]["losses"] {
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

const refusedOf = (growth: Growth) => growth.of(watched.bidsShed) + growth.of(watched.bidsRefused);

const secondsOf = ({ fromMs, toMs }: Growth): number => (toMs - fromMs) / 1_000;

const perSecond = (count: number, seconds: number): number =>
  seconds <= 0 ? 0 : Number((count / seconds).toFixed(3));

const shareOf = (part: number, whole: number): number | null =>
  whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));
