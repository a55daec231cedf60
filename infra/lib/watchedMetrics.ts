/** How the values of a metric are told together in an alarm. */
export type Statistic = "Maximum" | "Minimum" | "Sum" | "Average";

/** A metric of the server that CloudWatch is told of; where it has a limit, beyond it somebody is told. */
export interface WatchedMetric {
  /** As `GET /metrics` names it; a test holds each against the page. */
  readonly name: string;
  readonly title: string;
  readonly roles: readonly ("ads" | "management")[];
  readonly statistic: Statistic;
  readonly alarm?: {
    readonly above?: number;
    readonly below?: number;
    readonly minutes: number;
    readonly means: string;
  };
}

const ads = ["ads"] as const;
const management = ["management"] as const;
const both = ["ads", "management"] as const;

/** How long the event loop may be behind before more tasks are asked for, seconds. */
export const loopLagMetric = "atelier_nodejs_eventloop_lag_p99_seconds";

/** `docs/operations.md` says which of these are to alarm, and what they mean; a test holds the limits against `ops/alerts.yaml`. */
export const watchedMetrics: readonly WatchedMetric[] = [
  {
    name: loopLagMetric,
    title: "Event loop's delay, p99, seconds",
    roles: both,
    statistic: "Average",
    alarm: { above: 0.1, minutes: 5, means: "Requests wait for the processor: more tasks" },
  },
  {
    name: "atelier_ad_requests_total",
    title: "Ad requests",
    roles: ads,
    statistic: "Sum",
  },
  {
    name: "atelier_snapshot_age_seconds",
    title: "Age of the campaigns that serve, seconds",
    roles: ads,
    statistic: "Maximum",
    alarm: { above: 60, minutes: 3, means: "Nobody can be paused: Postgres is away, or not heard" },
  },
  {
    name: "atelier_ledger_rejected_total",
    title: "Rows that the ledger refused",
    roles: ads,
    statistic: "Sum",
    alarm: { above: 0, minutes: 1, means: "A fault of ours: select * from ledger_rejects" },
  },
  {
    name: "atelier_outbox_oldest_age_seconds",
    title: "Oldest charge that waits, seconds",
    roles: ads,
    statistic: "Maximum",
    alarm: {
      above: 60,
      minutes: 2,
      means: "Charges wait for Postgres; at ten minutes paid ads stop",
    },
  },
  {
    name: "atelier_spool_lost",
    title: "Events that found no room",
    roles: ads,
    statistic: "Maximum",
    alarm: { above: 0, minutes: 1, means: "A store is away for longer than the disk has room" },
  },
  {
    name: "atelier_money_buckets_closed",
    title: "Closed buckets of money",
    roles: ads,
    statistic: "Maximum",
    alarm: { above: 0, minutes: 5, means: "Redis lost state and is not rebuilt from the ledger" },
  },
  {
    name: "atelier_pacing_leading",
    title: "Leaders of pacing",
    roles: ads,
    statistic: "Sum",
    alarm: { below: 1, minutes: 3, means: "Nobody paces: budgets are spent as fast as they can" },
  },
  {
    name: "atelier_pacing_throttles_age_seconds",
    title: "Age of throttles, seconds",
    roles: ads,
    statistic: "Maximum",
    alarm: { above: 60, minutes: 3, means: "This node paces by old throttles" },
  },
  {
    name: "atelier_report_lag_seconds",
    title: "What reports lack, seconds",
    roles: management,
    statistic: "Maximum",
    alarm: { above: 60, minutes: 5, means: "Reports are not summed: does management run?" },
  },
  {
    name: "atelier_report_differing_micros",
    title: "Reports beside the ledger, micros of a euro",
    roles: management,
    statistic: "Maximum",
    alarm: { above: 0, minutes: 1, means: "npm run reports:check tells where, and repairs" },
  },
  {
    name: "atelier_consents_dropped",
    title: "Choices that found no room",
    roles: ads,
    statistic: "Maximum",
    alarm: { above: 0, minutes: 1, means: "Withdrawals of consent are lost: Postgres is away" },
  },
];
