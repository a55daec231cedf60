import { deviationMicros } from "../budgets/pacing/controller.ts";
import { plannedMicrosAt } from "../budgets/pacing/dayPlan.ts";
import type { CampaignThrottle } from "../budgets/pacing/packedThrottles.ts";
import type { PacingRecord } from "../stores/postgres/pacingRows.ts";
import type { LookedAt } from "./pacingLook.ts";

/** What the leader knows of all paced campaigns, and which of it others do not know yet. */
export interface PacingTable {
  readonly get: (campaignId: number) => LookedAt | null;
  readonly set: (looked: LookedAt) => void;
  /** A campaign is not paced any more, and was perhaps never known here. */
  readonly forget: (campaignId: number) => void;
  readonly isEmpty: () => boolean;
  /** Throttles worth telling since the last call. */
  readonly takeNews: () => readonly CampaignThrottle[];
  readonly whole: () => readonly CampaignThrottle[];
  /** True when the whole table should be published: never yet, or much has changed since. */
  readonly needsWhole: () => boolean;
  readonly published: (changes: number) => void;
  /** News that was taken may not have arrived: the whole table comes next. */
  readonly notPublished: () => void;
  /** New plans, and what was looked at a minute after it was stored last. At most 5,000, the longest waiting first. */
  readonly takeUnsaved: (nowMs: number) => readonly PacingRecord[];
  readonly summary: () => TableSummary;
}

export interface TableSummary {
  readonly paced: number;
  /** Of them, those that are held back. */
  readonly throttled: number;
  /** Mean of |spent − planned| over the day's money, 0–1. */
  readonly meanDeviation: number;
}

interface Entry {
  looked: LookedAt;
  told: CampaignThrottle | null;
  savedAtMs: number;
  savedPlanMs: number;
  isThrottled: boolean;
  deviation: number;
}

/** Nodes need not hear of less. */
const smallestThrottleChange = 0.01;
const smallestShareChange = 0.005;
const saveEveryMs = 60_000;
const mostSavedAtOnce = 5_000;
/** Publications between two whole tables: the changes in between are kept for nodes that were away. */
const changesPerWhole = 60;

/**
 * Begins with what another leader has left. What is to be told and stored is noted as each campaign is looked at: a pass
 * over all of them in one piece would keep requests waiting.
 */
export function createPacingTable(records: readonly PacingRecord[]): PacingTable {
  const entries = new Map(records.map((record) => [record.campaignId, recordToEntry(record)]));
  const unsaved = new Set<number>();
  const news = new Map<number, CampaignThrottle>();
  const sums = { throttled: 0, deviation: 0 };
  return {
    ...createTellings(entries, news),
    get: (campaignId) => entries.get(campaignId)?.looked ?? null,
    set(looked) {
      const { campaignId, state } = looked;
      const entry = entries.get(campaignId) ?? neverTold(looked);
      entries.set(campaignId, entry);
      entry.looked = looked;
      const throttle = toThrottle(looked);
      if (isNews(entry.told, throttle)) {
        entry.told = throttle;
        news.set(campaignId, throttle);
      }
      const isDue = state.atMs - entry.savedAtMs >= saveEveryMs;
      if (isDue || state.plan.fromMs !== entry.savedPlanMs) unsaved.add(campaignId);
      addUp(sums, entry, 1);
    },
    forget(campaignId) {
      const known = entries.get(campaignId);
      if (known !== undefined) addUp(sums, known, 0);
      entries.delete(campaignId);
      unsaved.delete(campaignId);
      news.set(campaignId, { campaignId, throttle: null, plannedShare: 0, spentShare: 0 });
    },
    isEmpty: () => entries.size === 0,
    takeUnsaved: (nowMs) => takeUnsaved(entries, unsaved, nowMs),
    summary: () => ({
      paced: entries.size,
      throttled: sums.throttled,
      meanDeviation: sums.deviation / Math.max(1, entries.size),
    }),
  };
}

function neverTold(looked: LookedAt): Entry {
  const saved = { savedAtMs: -Infinity, savedPlanMs: -Infinity };
  return { looked, told: null, ...saved, isThrottled: false, deviation: 0 };
}

function recordToEntry({ campaignId, dayShare, state }: PacingRecord): Entry {
  const looked = { campaignId, campaign: null, dayShare, state };
  return { ...neverTold(looked), savedAtMs: state.atMs, savedPlanMs: state.plan.fromMs };
}

/** Takes an entry's part out of the sums and, with weight 1, puts its present one in. */
function addUp(sums: { throttled: number; deviation: number }, entry: Entry, weight: 0 | 1): void {
  const { state } = entry.looked;
  const off = Math.abs(deviationMicros(state)) / Math.max(1, state.plan.limitMicros);
  const isThrottled = weight === 1 && state.throttle < 1;
  const deviation = weight * Math.min(1, off);
  sums.throttled += Number(isThrottled) - Number(entry.isThrottled);
  sums.deviation += deviation - entry.deviation;
  entry.isThrottled = isThrottled;
  entry.deviation = deviation;
}

/** What is told of the entries, and when all of it is told again. */
function createTellings(
  entries: ReadonlyMap<number, Entry>,
  news: Map<number, CampaignThrottle>,
): Pick<PacingTable, "takeNews" | "whole" | "needsWhole" | "published" | "notPublished"> {
  let publications = Infinity;
  let changesTold = 0;
  const needsWhole = () => publications >= changesPerWhole || changesTold > entries.size;
  return {
    takeNews() {
      const taken = [...news.values()];
      news.clear();
      return taken;
    },
    whole: () => [...entries.values()].map(({ looked, told }) => told ?? toThrottle(looked)),
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

function takeUnsaved(
  entries: ReadonlyMap<number, Entry>,
  unsaved: Set<number>,
  nowMs: number,
): readonly PacingRecord[] {
  const records: PacingRecord[] = [];
  for (const campaignId of unsaved) {
    if (records.length === mostSavedAtOnce) break;
    unsaved.delete(campaignId);
    const entry = entries.get(campaignId);
    if (entry === undefined) continue;
    const { dayShare, state } = entry.looked;
    entry.savedAtMs = nowMs;
    entry.savedPlanMs = state.plan.fromMs;
    const plannedMicros = plannedMicrosAt(state.plan, state.atMs);
    records.push({ campaignId, dayShare, plannedMicros, state });
  }
  return records;
}
