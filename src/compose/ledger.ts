import { moneyBucketOf } from "../budgets/holdId.ts";
import type { OutboxLimits } from "../budgets/limits.ts";
import type { LedgerBooks } from "../campaigns/ledgerBooks.ts";
import { createLedgerDrainer, type LedgerDrainer } from "../jobs/ledgerDrainer.ts";
import { oneAtATime } from "../jobs/oneAtATime.ts";
import { createReconcileBudgets } from "../jobs/reconcileBudgets.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Admitted, CounterChange } from "../serving/ledgerPorts.ts";
import { createPostgresLedger } from "../stores/postgres/ledger.ts";
import { createLedgerBooks } from "../stores/postgres/ledgerBooks.ts";
import { createMoneyBuckets } from "../stores/redis/moneyBuckets.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";
import { traceLedger } from "./tracing.ts";

export interface LedgerJobs {
  readonly drainer: LedgerDrainer;
  /** Compares counters with the ledger from now on, until it is stopped. */
  readonly startComparing: () => Repeating;
}

/** Of all nodes together: a round of the 64 buckets takes 16 seconds, or longer with tens of thousands of campaigns. */
const comparePauseMs = 1_000;

/** What moves charges from Redis to Postgres, compares the two, and tells of both. */
export function composeLedger(
  stores: Pick<Stores, "jobsDb" | "jobsRedis" | "clock"> & Partial<Pick<Stores, "tracing">>,
  outboxLimits: OutboxLimits,
  metrics: Metrics,
  log: Log,
): LedgerJobs {
  const countAdmitted = admissionCounters(metrics);
  const counts = comparisonCounters(metrics);
  const onAdmitted = (admitted: readonly Admitted[]): void => {
    for (const one of admitted) countAdmitted(one);
    const rejected = admitted.filter(({ kind }) => kind === null);
    if (rejected.length > 0) log.error({ rejected }, "rows broke a rule and were set aside");
  };
  const written = oneAtATime(createPostgresLedger(stores.jobsDb, { onAdmitted }));
  const ledger = traceLedger(stores.tracing ?? null, written);
  const buckets = createMoneyBuckets(stores.jobsRedis);
  const now = stores.clock.nowMs;
  const drainer = createLedgerDrainer({
    ledger,
    buckets,
    now,
    outboxLimits,
    onError: (error) => log.warn({ error: describe(error) }, "charges wait in Redis"),
    onUnreadable: (bucket, entryIds) =>
      log.error({ bucket, entryIds }, "outbox entries could not be read and were set aside"),
  });
  outboxGauges(metrics, drainer);
  const comparing = createReconcileBudgets({
    ledger,
    buckets,
    now,
    pauseMs: comparePauseMs,
    onCompared: () => counts.compared(),
    onRepaired(bucket, changes) {
      counts.repaired(changes);
      log.warn({ bucket, changes: changes.slice(0, 20) }, "counters differed from the ledger");
    },
  });
  return {
    drainer,
    startComparing: () =>
      repeat(comparing.runOnce, comparePauseMs, (error) =>
        log.warn({ error: describe(error) }, "counters could not be compared"),
      ),
  };
}

/** The ledger for the management routes: its credits reach the counters with the answer. */
export function composeLedgerBooks({ db, redis }: Pick<Stores, "db" | "redis">): LedgerBooks {
  const buckets = createMoneyBuckets(redis);
  return createLedgerBooks(db, {
    moveCounters: (advertiserId, changes) =>
      buckets.changeCounters(moneyBucketOf(advertiserId), changes),
    // The comparison finds it within seconds.
    onError: () => undefined,
  });
}

function admissionCounters(metrics: Metrics): (one: Admitted) => void {
  const rows = metrics.counter(
    "atelier_ledger_rows_total",
    "Rows that this node has written to the ledger, by kind",
    ["kind"],
  );
  const micros = metrics.counter(
    "atelier_ledger_charged_micros_total",
    "What this node has charged, micros of a euro",
  );
  const uncharged = metrics.counter(
    "atelier_ledger_uncharged_total",
    "Billable events that were recorded and not charged, by reason",
    ["reason"],
  );
  const rejected = metrics.counter(
    "atelier_ledger_rejected_total",
    "Rows that broke a rule and were set aside in ledger_rejects",
  );
  return (one) => {
    if (one.kind === null) {
      rejected.add(one.rows);
      return;
    }
    rows.add(one.rows, { kind: one.kind });
    micros.add(one.chargedMicros);
    if (one.reason !== null) uncharged.add(one.rows, { reason: one.reason });
  };
}

function comparisonCounters(metrics: Metrics) {
  const differing = metrics.counter(
    "atelier_budget_counters_differing_total",
    "Counters of spending that were not what ledger and outbox say: of a campaign, of its day, of an advertiser",
    ["counter"],
  );
  const repaired = metrics.counter(
    "atelier_budget_counters_repaired_micros_total",
    "By how much such counters were changed, micros of a euro",
    ["counter", "direction"],
  );
  const compared = metrics.counter(
    "atelier_budget_buckets_compared_total",
    "Buckets whose counters were compared with the ledger",
  );
  return {
    compared: () => compared.add(1),
    repaired(changes: readonly CounterChange[]): void {
      for (const { counter: of, day, micros } of changes) {
        const counter = day === null ? of : "day";
        differing.add(1, { counter });
        repaired.add(Math.abs(micros), { counter, direction: micros > 0 ? "up" : "down" });
      }
    },
  };
}

function outboxGauges(metrics: Metrics, drainer: LedgerDrainer): void {
  metrics.gauge(
    "atelier_outbox_unwritten",
    "Charges in Redis that the ledger does not have yet",
    () => drainer.outboxState().unwritten,
  );
  metrics.gauge(
    "atelier_outbox_oldest_age_seconds",
    "Age of the oldest of them",
    () => drainer.outboxState().oldestAgeMs / 1_000,
  );
  metrics.gauge(
    "atelier_money_buckets_closed",
    "Buckets from which nothing paid serves until they are rebuilt",
    drainer.closedBuckets,
  );
}
