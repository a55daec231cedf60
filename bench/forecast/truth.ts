import { budgetDayBounds, budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { capKey } from "../../src/targeting/capKey.ts";
import { decide } from "../../src/targeting/decide.ts";
import { hashText, stableChance } from "../../src/targeting/hash.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { renderedShare } from "../simulate/campaigns.ts";
import { cumulativeShares, hourMs, type WeekCurve } from "../simulate/curve.ts";
import { isWanted, segmentId } from "./interests.ts";
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
  /** Index of its area: no other's pages can be its. */
  readonly area: number;
  /** How the day's budget is spread. */
  readonly curve: WeekCurve;
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
    see(page) {
      const { area, inseeCode, visitorId } = page;
      if (area.index !== tried.area || !tried.isInside(inseeCode)) return;
      if (!isWanted(tried.campaign, page)) return;
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

/** The same of several campaigns. */
export function countAll(tried: readonly Tried[]): ReturnType<typeof runCampaigns> {
  const comers = tried.map(countComers);
  return {
    see(page) {
      for (const one of comers) one.see(page);
    },
    results: () => comers.map((one) => one.result()),
  };
}

/**
 * Lets tried campaigns, no two of them in one area, run among the others for real: each page is decided, each ad rendered
 * or not, each impression charged; a day's budget is spread over the day, as even pacing does.
 */
export function runCampaigns(
  tried: readonly Tried[],
  market: Market,
): { readonly see: (page: WorldPage) => void; readonly results: () => readonly Truth[] } {
  const all = [...market.campaigns, ...tried.map(({ campaign }) => campaign)];
  const snapshot = buildSnapshot(all, { revision: "truth", builtAtMs: 0 });
  const waiting = new Map<number, { untilMs: number; reason: "daily_budget" }>();
  const delivery = { exhaustedUntilMs: waiting, throttles: market.throttles };
  const runs = new Map(tried.map((one) => [one.campaign.campaignId, createRun(one)]));
  const byArea = tried.map((one) => ({ one, comers: countComers(one) }));
  return {
    see(page) {
      const here = byArea.find(({ one }) => one.area === page.area.index);
      if (here === undefined || !here.one.isInside(page.inseeCode)) return;
      here.comers.see(page);
      const id = here.one.campaign.campaignId;
      const run = runs.get(id)!;
      if (run.mayShow(page.atMs)) waiting.delete(id);
      else waiting.set(id, { untilMs: page.atMs + 1, reason: "daily_budget" });
      const { visitorId } = page;
      const impressions = new Map(visitorId === null ? [] : run.shownTo(id, visitorId));
      const request = page.request();
      const scores = visitorId === null ? null : new Map([[segmentId, page.score]]);
      const decision = decide(request, snapshot, { scores, impressions }, delivery);
      for (const { winners } of decision.placements)
        for (const { campaign } of winners) {
          if (campaign.campaignId !== id) continue;
          if (stableChance(hashText(request.decisionId), campaign.campaignId) >= renderedShare)
            continue;
          run.charge(page);
        }
    },
    results: () =>
      byArea.map(({ one, comers }) => ({
        ...comers.result(),
        ...runs.get(one.campaign.campaignId)?.figures(),
      })),
  };
}

/** Of a day's budget, what may be spent by a moment. */
function createPlan(curve: WeekCurve): (atMs: number) => number {
  const known = { day: "", startMs: 0, shares: [] as readonly number[] };
  return (atMs) => {
    const day = budgetDayOf(atMs);
    if (known.day !== day) {
      const bounds = budgetDayBounds(day);
      const shares = [0, ...cumulativeShares(curve, bounds, hourMs, 0)];
      Object.assign(known, { day, startMs: bounds.startMs, shares });
    }
    const hours = (atMs - known.startMs) / hourMs;
    const [before, after] = [known.shares[Math.floor(hours)], known.shares[Math.floor(hours) + 1]];
    return (before ?? 1) + (hours % 1) * ((after ?? 1) - (before ?? 1));
  };
}

function createRun({ campaign, dailyBudgetMicros, curve }: Tried) {
  const planned = createPlan(curve);
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
    mayShow(atMs: number): boolean {
      if (dailyBudgetMicros === null) return true;
      const after = (spent.get(budgetDayOf(atMs)) ?? 0) + price;
      return after <= Math.max(price, dailyBudgetMicros * planned(atMs));
    },
    charge({ visitorId, atMs }: WorldPage): void {
      const day = budgetDayOf(atMs);
      impressions++;
      spent.set(day, (spent.get(day) ?? 0) + price);
      if (visitorId !== null) {
        reached.add(visitorId);
        if (campaign.frequencyCaps.length > 0)
          shown.set(visitorId, [...(shown.get(visitorId) ?? []), atMs]);
      }
    },
    figures: () => ({
      peopleReached: reached.size,
      impressions,
      spendMicros: [...spent.values()].reduce((sum, it) => sum + it, 0),
    }),
  };
}
