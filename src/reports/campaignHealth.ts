import { type DayPlan, plannedMicrosAt } from "../budgets/pacing/dayPlan.ts";
import { type PricedCampaign, priceMicros } from "../budgets/price.ts";
import type { DeliveryStatus, Diagnosis, RestReason, Words } from "./diagnosisTypes.ts";
import { restWords, statusWords } from "./diagnosisWords.ts";

/** What a list of campaigns is read with, in one row each. */
export interface HealthFacts extends Omit<PricedCampaign, "clickRateUpper"> {
  readonly campaignId: number;
  readonly status: "draft" | "active" | "paused" | "ended";
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  /** Charged on this budget day, and ever. */
  readonly spentTodayMicros: number;
  readonly spentTotalMicros: number;
  /** Of this budget day; null = nobody has planned it. */
  readonly plan: DayPlan | null;
  /** What the last look at all campaigns found since the last change; null = it did not find it lagging. */
  readonly found: FoundLag | null;
}

export interface FoundLag extends Words {
  readonly status: "behind" | "cannot_spend";
  readonly atMs: number;
  readonly reason: string | null;
  readonly lever: string | null;
}

/** How a campaign does today, short enough for one line of a list. */
export interface CampaignHealth extends Words {
  readonly campaignId: number;
  readonly status: DeliveryStatus;
  readonly rest: RestReason | null;
  readonly spentTodayMicros: number;
  readonly spentTotalMicros: number;
  /** What the day is to spend; null = not planned. */
  readonly planMicros: number | null;
  readonly plannedSoFarMicros: number | null;
  /** The part of what was planned so far that is not spent, 0–1; null = nothing lags. */
  readonly lagShare: number | null;
  /** The biggest reason to lag and the lever that would help most; null = none, or none is known. */
  readonly reason: string | null;
  readonly lever: string | null;
  /** When requests were last decided again to say so; null = they were not, and the figures alone speak. */
  readonly diagnosedAt: string | null;
}

/** At this part of what is planned by now nobody would say that it lags. */
const onTrackShare = 0.9;

/**
 * A campaign's day from what is stored: figures of the ledger, the plan of pacing, and what the hourly look at all campaigns
 * found. `day` is the budget day of `nowMs`. Pure.
 */
export function healthOf(facts: HealthFacts, day: string, nowMs: number): CampaignHealth {
  const { campaignId, spentTodayMicros, spentTotalMicros, plan, found } = facts;
  const rest = restOf(facts, day);
  const planned = plan === null ? null : Math.round(plannedMicrosAt(plan, nowMs));
  const figures = {
    campaignId,
    rest,
    spentTodayMicros,
    spentTotalMicros,
    planMicros: plan?.targetMicros ?? null,
    plannedSoFarMicros: planned,
    lagShare: rest === null ? lagShareOf(spentTodayMicros, planned) : null,
  };
  if (rest === null && found !== null) {
    const { status, reason, lever, atMs, fr, en } = found;
    return { ...figures, status, reason, lever, diagnosedAt: toInstant(atMs), fr, en };
  }
  const status = rest === null ? statusOf(spentTodayMicros, planned) : restStatus(rest);
  const words = rest === null ? statusWords(status, []) : restWords(rest);
  return { ...figures, status, reason: null, lever: null, diagnosedAt: null, ...words };
}

/** The same from a diagnosis that was worked out at `nowMs`. Pure. */
export function healthOfDiagnosis(
  stored: CampaignHealth,
  diagnosis: Diagnosis,
  nowMs: number,
): CampaignHealth {
  const { status, rest, planMicros, plannedSoFarMicros, words } = diagnosis;
  const [first] = diagnosis.reasons;
  const spentTodayMicros = diagnosis.spentMicros;
  return {
    campaignId: stored.campaignId,
    status,
    rest,
    spentTodayMicros,
    spentTotalMicros: stored.spentTotalMicros - stored.spentTodayMicros + spentTodayMicros,
    planMicros,
    plannedSoFarMicros,
    lagShare: rest === null ? lagShareOf(spentTodayMicros, plannedSoFarMicros) : null,
    reason: first?.reason ?? null,
    lever: first?.suggestions[0]?.lever ?? null,
    diagnosedAt: toInstant(nowMs),
    ...words,
  };
}

const toInstant = (atMs: number): string => new Date(atMs).toISOString();

function restOf(facts: HealthFacts, day: string): RestReason | null {
  const { status, startsOn, endsOn } = facts;
  if (status !== "active") return status;
  if (startsOn > day) return "not_started";
  if (endsOn !== null && endsOn < day) return "ended";
  const { totalBudgetMicros: total, dailyBudgetMicros: daily, spentTotalMicros: spent } = facts;
  const price = priceMicros({ ...facts, clickRateUpper: 1 });
  if (price === 0 || (total === null && daily === null)) return "free";
  if (total !== null && total - spent < price) return "total_spent";
  const limit = facts.plan?.limitMicros ?? daily ?? Number.POSITIVE_INFINITY;
  return limit - facts.spentTodayMicros < price ? "day_spent" : null;
}

const restStatus = (rest: RestReason): DeliveryStatus =>
  rest === "day_spent" || rest === "free" ? "on_track" : "not_running";

/** That it lags is only said of a campaign whose requests were decided again. */
function statusOf(spentMicros: number, planned: number | null): DeliveryStatus {
  const isOnTrack = planned === null ? spentMicros > 0 : spentMicros >= onTrackShare * planned;
  return isOnTrack && (planned ?? spentMicros) > 0 ? "on_track" : "too_early";
}

function lagShareOf(spentMicros: number, planned: number | null): number | null {
  if (planned === null || planned <= 0 || spentMicros >= planned) return null;
  return Math.round((1 - spentMicros / planned) * 1_000) / 1_000;
}
