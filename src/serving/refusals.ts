import { budgetDayOf, endOfBudgetDayMs } from "../budgets/budgetDay.ts";
import type { BudgetRefusal, DeliveryState } from "../targeting/deliveryState.ts";
import type { Snapshot } from "../targeting/snapshot.ts";
import type { HoldOutcome } from "./ports.ts";

type Refusal = Extract<HoldOutcome, { readonly held: false }>["reason"];
type Exhausted = DeliveryState["exhaustedUntilMs"];

/** What this node remembers of money that was refused, so that it does not ask again for nothing. */
export interface RefusalMemory {
  /** The campaigns to leave alone, for `decide`. Entries may be past; their time says so. */
  readonly exhausted: (snapshot: Snapshot) => Exhausted;
  readonly remember: (campaignId: number, reason: Refusal, nowMs: number) => void;
  /** A hold of the campaign was granted: its next refusal starts from the shortest pause. */
  readonly forget: (campaignId: number) => void;
}

const shortestPauseMs = 1_000;
const longestPauseMs = 60_000;
const maxRemembered = 20_000;

interface Entry {
  readonly untilMs: number;
  readonly reason: BudgetRefusal;
  readonly pauseMs: number;
  /** The campaign as the overlay had it: another object means that somebody changed it, perhaps its budget. */
  readonly seenAs: unknown;
}

/**
 * Creates the memory. A refusal may come from money that is only held and will lapse, so the first pause is short and
 * doubles with each refusal in a row, up to a minute, never beyond the end of a budget day for a daily budget.
 * A changed campaign is forgotten at once. Refusals that concern one visitor or address only, and stores that are
 * away, are not remembered: nobody may keep a campaign from others.
 */
export function createRefusalMemory(): RefusalMemory {
  const entries = new Map<number, Entry>();
  let latest: Snapshot | null = null;

  const forgetChanged = (snapshot: Snapshot): void => {
    const isRebuilt = snapshot.base !== latest?.base;
    latest = snapshot;
    if (isRebuilt) entries.clear();
    for (const [campaignId, entry] of entries) {
      if (snapshot.overlayCampaigns.get(campaignId) !== entry.seenAs) entries.delete(campaignId);
    }
  };

  return {
    exhausted: (snapshot) => {
      if (snapshot !== latest) forgetChanged(snapshot);
      return entries;
    },
    remember: (campaignId, reason, nowMs) => {
      if (!isShared(reason)) return;
      if (entries.size >= maxRemembered) entries.clear();
      const before = entries.get(campaignId)?.pauseMs ?? shortestPauseMs / 2;
      const pauseMs = Math.min(before * 2, longestPauseMs);
      const endMs = reason === "daily_budget" ? endOfBudgetDayMs(budgetDayOf(nowMs)) : Infinity;
      const untilMs = Math.min(nowMs + pauseMs, endMs);
      const seenAs = latest?.overlayCampaigns.get(campaignId);
      entries.set(campaignId, { untilMs, reason, pauseMs, seenAs });
    },
    forget: (campaignId) => {
      entries.delete(campaignId);
    },
  };
}

/** True for money that is gone for everybody. */
function isShared(reason: Refusal): reason is "total_budget" | "daily_budget" | "balance" {
  return reason === "total_budget" || reason === "daily_budget" || reason === "balance";
}
