import { setImmediate as nextTurn } from "node:timers/promises";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { beginPacing } from "../budgets/pacing/controller.ts";
import { dayLimitMicros, shareOfDay } from "../budgets/pacing/dayLimit.ts";
import { planDay } from "../budgets/pacing/dayPlan.ts";
import type { PacedCampaign } from "../budgets/pacing/pacedCampaign.ts";
import { eachThrottle, sharesOf, splitThrottles } from "../budgets/pacing/packedThrottles.ts";
import { firstSupply } from "../budgets/pacing/supply.ts";
import type { TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import type { ThrottleStore } from "../stores/redis/throttles.ts";
import type { Throttles } from "../targeting/throttles.ts";

/** The throttles that this node serves by. */
export interface NodeThrottles {
  /** Share of opportunities to take, by campaign; absent = 1. Changes in place, between two requests. */
  readonly current: () => Throttles;
  /** Takes what the leader has published since. Answers how many campaigns changed. Rejects when Redis is away. */
  readonly takeOnce: () => Promise<number>;
  /** A campaign came, changed, or is not paced any more (null): until the leader has looked at it, a careful start. */
  readonly onCampaign: (campaignId: number, campaign: PacedCampaign | null, nowMs: number) => void;
  /** Milliseconds since something was last taken; null = never. */
  readonly ageMs: (nowMs: number) => number | null;
}

export interface NodeThrottlesDeps {
  readonly store: Pick<ThrottleStore, "take">;
  readonly history: () => TrafficHistory;
  readonly now: () => number;
}

export function createNodeThrottles(deps: NodeThrottlesDeps): NodeThrottles {
  const throttles = new Map<number, number>();
  const shares = new Map<number, number>();
  let version = 0;
  let takenAtMs: number | null = null;

  const set = (campaignId: number, throttle: number | null, packed: number): void => {
    if (throttle === null) {
      throttles.delete(campaignId);
      shares.delete(campaignId);
    } else {
      throttles.set(campaignId, throttle);
      shares.set(campaignId, packed);
    }
  };

  const progressOf: Throttles["progressOf"] = (campaignId) => {
    const packed = shares.get(campaignId);
    return packed === undefined ? null : sharesOf(packed);
  };
  const current = Object.assign(throttles, { progressOf });
  return {
    current: () => current,
    async takeOnce() {
      const taken = await deps.store.take(version);
      if (taken === null) return 0;
      if (taken.whole) shares.clear();
      let changed = 0;
      for (const part of taken.blocks.flatMap(splitThrottles)) {
        eachThrottle(part, (campaignId, throttle, packed) => {
          changed++;
          set(campaignId, throttle, packed);
        });
        await nextTurn();
      }
      version = taken.version;
      takenAtMs = deps.now();
      return changed;
    },
    onCampaign(campaignId, campaign, nowMs) {
      if (campaign === null) set(campaignId, null, 0);
      else if (!throttles.has(campaignId))
        throttles.set(campaignId, firstThrottle(campaign, deps.history(), nowMs));
    },
    ageMs: (nowMs) => (takenAtMs === null ? null : nowMs - takenAtMs),
  };
}

/** What to begin with before anything is known of the campaign but its budget and the traffic of its zone. */
export function firstThrottle(
  campaign: PacedCampaign,
  history: TrafficHistory,
  nowMs: number,
): number {
  const { curve, opportunitiesPerDay } = history.forecastOf(
    campaign.trafficCells,
    campaign.timeZone,
  );
  const day = budgetDayOf(nowMs);
  const spent = { totalMicros: 0, todayMicros: 0 };
  const limitMicros = dayLimitMicros(campaign, spent, shareOfDay(campaign, curve, day));
  const plan = planDay(campaign, curve, { limitMicros, spentMicros: 0 }, day, nowMs);
  const supply = firstSupply(campaign, opportunitiesPerDay, limitMicros);
  const money = { spentMicros: 0, heldMicros: 0 };
  return beginPacing(campaign, plan, supply, money, nowMs).throttle;
}
