import type { ActiveModel } from "../audience/activeModel.ts";
import { defaultOutboxLimits, type OutboxLimits } from "../budgets/limits.ts";
import type { StoredSsp } from "../campaigns/repository.ts";
import { changeInTurns } from "../jobs/changeInTurns.ts";
import type { LedgerDrainer } from "../jobs/ledgerDrainer.ts";
import { rebuildBase } from "../jobs/rebuildBase.ts";
import { createSnapshotRefresh, type SnapshotRefresh } from "../jobs/snapshotRefresh.ts";
import { createCampaignFeed } from "../stores/postgres/campaignFeed.ts";
import { buildSnapshot, type Snapshot } from "../targeting/snapshot.ts";
import type { Log } from "./log.ts";
import type { Pacing } from "./pacing.ts";
import type { ServingState } from "./serving.ts";
import { indexSites, type SiteIndex } from "./siteIndex.ts";
import type { Stores } from "./stores.ts";

/** How far paid ads may run ahead of Postgres. */
export interface PaidLimits {
  /** Without news from Postgres for longer than this, paid ads stop: nobody could pause a campaign any more. */
  readonly oldestSnapshotMs: number;
  readonly outbox: OutboxLimits;
}

export const defaultPaidLimits: PaidLimits = {
  oldestSnapshotMs: 600_000,
  outbox: defaultOutboxLimits,
};

/** What the jobs have learnt last. */
export interface Known {
  sites: SiteIndex;
  ssps: readonly StoredSsp[];
}

export function servingStateOf(
  known: Known,
  model: ActiveModel,
  refresh: SnapshotRefresh<Snapshot>,
  drainer: LedgerDrainer,
  limits: PaidLimits,
): ServingState {
  const empty = buildSnapshot([], { revision: "", builtAtMs: 0 });
  return {
    snapshot: () => refresh.current() ?? empty,
    sites: () => known.sites,
    ssps: () => known.ssps,
    activeModelVersion: model.current,
    paidAllowed: () =>
      !drainer.outboxState().pausePaid && (refresh.ageMs() ?? Infinity) < limits.oldestSnapshotMs,
    outboxLimits: limits.outbox,
    onMoneyLost: drainer.wake,
  };
}

export function composeRefresh(
  databaseUrl: string,
  stores: Stores,
  log: Log,
  known: Known,
  pacing: Pacing,
): SnapshotRefresh<Snapshot> {
  const feed = createCampaignFeed(stores.db, (campaignIds) =>
    log.error({ campaignIds }, "campaigns are left out: their rows are broken"),
  );
  return createSnapshotRefresh<Snapshot>({
    feed: pacing.overhear(feed),
    buildSnapshot,
    rebuildBase: () =>
      rebuildBase({ databaseUrl, nowMs: stores.clock.nowMs() }, (message) => log.warn(message)),
    ...changeInTurns(performance.now.bind(performance)),
    onSwap: ({ sites, ssps }) => {
      known.sites = indexSites(sites);
      known.ssps = ssps;
    },
    log: (message) => log.warn(message),
    clock: stores.clock.nowMs,
  });
}
