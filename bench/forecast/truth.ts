import { addDays, budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { capKey } from "../../src/targeting/capKey.ts";
import { decide } from "../../src/targeting/decide.ts";
import { hashText, stableChance } from "../../src/targeting/hash.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { renderedShare } from "../simulate/campaigns.ts";
import type { Market } from "./marketOf.ts";
import type { WorldPage } from "./pages.ts";

/** What really came of a tried campaign in a week. */
export interface Truth {
  readonly people: number;
  readonly opportunities: number;
  readonly peopleReached: number;
  readonly impressions: number;
  readonly spendMicros: number;
}

export interface Tried {
  readonly campaign: ServableCampaign;
  readonly dailyBudgetMicros: number | null;
  readonly isInside: (inseeCode: string) => boolean;
}

export interface Counting {
  readonly see: (page: WorldPage) => void;
  readonly result: () => Truth;
}

/** Counts who comes and how often, without any auction. */
export function countComers(tried: Tried): Counting {
  const people = new Set<string>();
  let opportunities = 0;
  const capped = tried.campaign.frequencyCaps.length > 0;
  return {
    see({ inseeCode, visitorId }) {
      if (!tried.isInside(inseeCode)) return;
      if (visitorId !== null) people.add(visitorId);
      else if (capped) return;
      opportunities++;
    },
    result: () => ({
      people: people.size,
      opportunities,
      peopleReached: 0,
      impressions: 0,
      spendMicros: 0,
    }),
  };
}

/**
 * Lets tried campaigns, no two of them in one area, run among the others for real: each page is decided, each ad rendered
 * or not, each impression charged until the day's budget is gone.
 */
export function runCampaigns(
  tried: readonly Tried[],
  market: Market,
): { readonly see: (page: WorldPage) => void; readonly results: () => readonly Truth[] } {
  const all = [...market.campaigns, ...tried.map(({ campaign }) => campaign)];
  const snapshot = buildSnapshot(all, { revision: "truth", builtAtMs: 0 });
  const exhausted = new Map<number, { untilMs: number; reason: "daily_budget" }>();
  const delivery = { exhaustedUntilMs: exhausted, throttles: market.throttles };
  const runs = new Map(tried.map((one) => [one.campaign.campaignId, createRun(one)]));
  const byArea = tried.map((one) => ({ one, comers: countComers(one) }));
  return {
    see(page) {
      for (const { comers } of byArea) comers.see(page);
      const { visitorId } = page;
      const impressions =
        visitorId === null
          ? new Map()
          : new Map([...runs].flatMap(([id, run]) => run.shownTo(id, visitorId)));
      const request = page.request();
      const decision = decide(request, snapshot, { scores: null, impressions }, delivery);
      for (const { winners } of decision.placements)
        for (const { campaign } of winners) {
          const run = runs.get(campaign.campaignId);
          if (run === undefined) continue;
          if (stableChance(hashText(request.decisionId), campaign.campaignId) >= renderedShare)
            continue;
          if (run.charge(page)) exhausted.set(campaign.campaignId, endOfDay(page.atMs));
        }
    },
    results: () =>
      byArea.map(({ one, comers }) => ({
        ...comers.result(),
        ...runs.get(one.campaign.campaignId)?.figures(),
      })),
  };
}

function endOfDay(atMs: number) {
  // Paris is two hours ahead of UTC in June; a run starts at midnight there.
  const next = Date.parse(`${addDays(budgetDayOf(atMs), 1)}T00:00:00Z`) - 2 * 3_600_000;
  return { untilMs: next, reason: "daily_budget" } as const;
}

function createRun({ campaign, dailyBudgetMicros }: Tried) {
  const reached = new Set<string>();
  const shown = new Map<string, number[]>();
  const spent = new Map<string, number>();
  const price = campaign.bidMicros / 1_000;
  let impressions = 0;
  return {
    shownTo(campaignId: number, visitorId: string): readonly (readonly [string, number[]])[] {
      const times = shown.get(visitorId);
      return times === undefined ? [] : [[capKey({ per: "campaign", id: campaignId }), times]];
    },
    /** True when the day's budget has no room for another. */
    charge({ visitorId, atMs }: WorldPage): boolean {
      const day = budgetDayOf(atMs);
      impressions++;
      spent.set(day, (spent.get(day) ?? 0) + price);
      if (visitorId !== null) {
        reached.add(visitorId);
        if (campaign.frequencyCaps.length > 0)
          shown.set(visitorId, [...(shown.get(visitorId) ?? []), atMs]);
      }
      return dailyBudgetMicros !== null && (spent.get(day) ?? 0) + price > dailyBudgetMicros;
    },
    figures: () => ({
      peopleReached: reached.size,
      impressions,
      spendMicros: [...spent.values()].reduce((sum, it) => sum + it, 0),
    }),
  };
}
