import { deviationMicros } from "../budgets/pacing/controller.ts";
import { plannedMicrosAt } from "../budgets/pacing/dayPlan.ts";
import type { CampaignThrottle } from "../budgets/pacing/packedThrottles.ts";
import type { PacingRecord } from "../stores/postgres/pacingRows.ts";
import type { LookedAt } from "./pacingLook.ts";

/** What the leader knows of all paced campaigns, and which of it others do not know yet. */
export interface PacingTable {
  readonly get: (campaignId: number) => LookedAt | null;
  readonly set: (looked: LookedAt) => void;
  /** Forgets campaigns that are not paced any more, and tells of `alsoGone`, which may be unknown here. */
  readonly forget: (isGone: (campaignId: number) => boolean, alsoGone: readonly number[]) => void;
  readonly isEmpty: () => boolean;
  /** Throttles worth telling since the last call. */
  readonly takeNews: () => readonly CampaignThrottle[];
  readonly whole: () => readonly CampaignThrottle[];
  /** True when the whole table should be published: never yet, or much has changed since. */
  readonly needsWhole: () => boolean;
  readonly published: (changes: number) => void;
  /** News that was taken may not have arrived: the whole table comes next. */
  readonly notPublished: () => void;
  /** What has changed and was not stored for a minute; new plans at once. At most 5,000, the longest waiting first. */
  readonly takeUnsaved: (nowMs: number) => readonly PacingRecord[];
  readonly summary: () => {
    readonly paced: number;
    readonly throttled: number;
    readonly meanDeviation: number;
  };
}

interface Entry {
  looked: LookedAt;
  told: CampaignThrottle | null;
  savedAtMs: number;
  savedPlanMs: number;
}

/** Nodes need not hear of less. */
const smallestThrottleChange = 0.01;
const smallestShareChange = 0.005;
const saveEveryMs = 60_000;
const mostSavedAtOnce = 5_000;
/** Publications between two whole tables: the changes in between are kept for nodes that were away. */
const changesPerWhole = 60;

/** Begins with what another leader has left. */
export function createPacingTable(records: readonly PacingRecord[]): PacingTable {
  const entries = new Map(records.map((record) => [record.campaignId, recordToEntry(record)]));
  const gone = new Set<number>();
  return {
    ...createTellings(entries, gone),
    get: (campaignId) => entries.get(campaignId)?.looked ?? null,
    set(looked) {
      gone.delete(looked.campaignId);
      const known = entries.get(looked.campaignId);
      if (known !== undefined) known.looked = looked;
      else entries.set(looked.campaignId, { looked, ...neverTold });
    },
    forget(isGone, alsoGone) {
      for (const campaignId of alsoGone) gone.add(campaignId);
      for (const campaignId of entries.keys())
        if (isGone(campaignId)) {
          entries.delete(campaignId);
          gone.add(campaignId);
        }
    },
    isEmpty: () => entries.size === 0,
    takeUnsaved: (nowMs) => takeUnsaved(entries, nowMs),
    summary: () => summarise(entries),
  };
}

const neverTold = { told: null, savedAtMs: -Infinity, savedPlanMs: -Infinity } as const;

function recordToEntry({ campaignId, dayShare, state }: PacingRecord): Entry {
  const looked = { campaignId, campaign: null, dayShare, state };
  return { looked, told: null, savedAtMs: state.atMs, savedPlanMs: state.plan.fromMs };
}

/** What has been told of the entries, and what is still to be told. */
function createTellings(
  entries: ReadonlyMap<number, Entry>,
  gone: Set<number>,
): Pick<PacingTable, "takeNews" | "whole" | "needsWhole" | "published" | "notPublished"> {
  let publications = Infinity;
  let changesTold = 0;
  const needsWhole = () => publications >= changesPerWhole || changesTold > entries.size;
  return {
    takeNews() {
      const news = [...gone].map(notPaced);
      gone.clear();
      for (const entry of entries.values()) {
        const throttle = toThrottle(entry.looked);
        if (!isNews(entry.told, throttle)) continue;
        entry.told = throttle;
        news.push(throttle);
      }
      return news;
    },
    whole: () => [...entries.values()].map(({ looked }) => toThrottle(looked)),
    needsWhole,
    published(changes) {
      const wasWhole = needsWhole();
      publications = wasWhole ? 0 : publications + 1;
      changesTold = wasWhole ? 0 : changesTold + changes;
    },
    notPublished() {
      publications = Infinity;
    },
  };
}

function notPaced(campaignId: number): CampaignThrottle {
  return { campaignId, throttle: null, plannedShare: 0, spentShare: 0 };
}

function toThrottle({ campaignId, state }: LookedAt): CampaignThrottle {
  const { plan, money, throttle, atMs } = state;
  const whole = Math.max(1, plan.limitMicros);
  return {
    campaignId,
    throttle,
    plannedShare: plannedMicrosAt(plan, atMs) / whole,
    spentShare: money.spentMicros / whole,
  };
}

function isNews(told: CampaignThrottle | null, now: CampaignThrottle): boolean {
  if (told === null || told.throttle === null || now.throttle === null) return true;
  const larger = Math.max(told.throttle, now.throttle);
  return (
    Math.abs(told.throttle - now.throttle) > smallestThrottleChange * larger ||
    Math.abs(told.plannedShare - now.plannedShare) > smallestShareChange ||
    Math.abs(told.spentShare - now.spentShare) > smallestShareChange
  );
}

function takeUnsaved(entries: ReadonlyMap<number, Entry>, nowMs: number): readonly PacingRecord[] {
  const due = [...entries.values()].filter(
    ({ looked: { state }, savedAtMs, savedPlanMs }) =>
      state.plan.fromMs !== savedPlanMs ||
      (state.atMs > savedAtMs && nowMs - savedAtMs >= saveEveryMs),
  );
  due.sort((one, other) => one.savedAtMs - other.savedAtMs);
  return due.slice(0, mostSavedAtOnce).map((entry) => {
    const { campaignId, dayShare, state } = entry.looked;
    entry.savedAtMs = nowMs;
    entry.savedPlanMs = state.plan.fromMs;
    return { campaignId, dayShare, plannedMicros: plannedMicrosAt(state.plan, state.atMs), state };
  });
}

function summarise(entries: ReadonlyMap<number, Entry>): ReturnType<PacingTable["summary"]> {
  let throttled = 0;
  let deviations = 0;
  for (const { looked } of entries.values()) {
    if (looked.state.throttle < 1) throttled++;
    const whole = Math.max(1, looked.state.plan.limitMicros);
    deviations += Math.min(1, Math.abs(deviationMicros(looked.state)) / whole);
  }
  return { paced: entries.size, throttled, meanDeviation: deviations / Math.max(1, entries.size) };
}
