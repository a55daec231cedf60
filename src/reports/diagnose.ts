import { budgetDayBounds, budgetDayOf } from "../budgets/budgetDay.ts";
import type { DeliveryFacts, DeliveryStatus, Diagnosis, RestReason } from "./diagnosisTypes.ts";
import { restWords, statusWords } from "./diagnosisWords.ts";
import { lagReasons, noCreativeReason } from "./lagReasons.ts";
import { type Outlook, opportunitiesPerDay, outlookOf } from "./outlook.ts";

/** Before this share of a day's traffic nothing is said, unless it is noon. */
const earliestShare = 0.1;
const noonMs = 12 * 3_600_000;
const shortestWatchMs = 3_600_000;
/** Below these shares of the day's plan it lags. */
const behindShare = 0.9;
const cannotShare = 0.5;

/**
 * Says whether a campaign will spend its day's budget, and if not, why and what would help. A verdict of lagging needs
 * the upper bound (95 %) of the expected spend below the mark, so that a quiet morning is no verdict. From a tenth of the
 * day's traffic on, and at noon in Paris at the latest if it was watched for an hour. Pure.
 */
export function diagnose(facts: DeliveryFacts): Diagnosis {
  const outlook = outlookOf(facts);
  const rest = restOf(facts, outlook);
  const base = baseOf(facts, outlook);
  if (outlook === null || rest !== null) {
    const status = rest === "day_spent" || rest === "free" ? "on_track" : "not_running";
    return { ...base, status, rest, reasons: [], words: restWords(rest ?? "free") };
  }
  if (facts.campaign.creatives.length === 0) {
    const reasons = [noCreativeReason];
    const words = statusWords("cannot_spend", reasons);
    return { ...base, status: "cannot_spend", rest: null, reasons, words };
  }
  const status = statusOf(facts, outlook);
  const isLagging = status === "behind" || status === "cannot_spend";
  const reasons = isLagging ? lagReasons(facts, outlook) : [];
  return {
    ...base,
    status,
    rest: null,
    expectedMicros: status === "too_early" ? null : outlook.expectedMicros,
    reasons,
    words: statusWords(status, reasons),
  };
}

function restOf(
  { campaign, nowMs, ...facts }: DeliveryFacts,
  outlook: Outlook | null,
): RestReason | null {
  const { status } = campaign;
  if (status !== "active") return status;
  if (nowMs < campaign.startsAtMs) return "not_started";
  if (nowMs >= (campaign.endsAtMs ?? Infinity)) return "ended";
  if (outlook === null) return "free";
  const { plan, paced } = outlook;
  const spentMicros = facts.spentBeforeMicros + facts.spentTodayMicros;
  const { totalBudgetMicros } = campaign;
  if (totalBudgetMicros !== null && totalBudgetMicros - spentMicros < paced.priceMicros)
    return "total_spent";
  if (plan.hours.every((hour) => hour === 0)) return "not_today";
  return plan.limitMicros - facts.spentTodayMicros < paced.priceMicros ? "day_spent" : null;
}

function statusOf({ nowMs, sinceMs, requests }: DeliveryFacts, outlook: Outlook): DeliveryStatus {
  const { seenShare, expectedMicros, plan } = outlook;
  const { startMs } = budgetDayBounds(budgetDayOf(nowMs));
  const isNoon = nowMs >= startMs + noonMs && nowMs - sinceMs >= shortestWatchMs;
  // Where no request at all was sampled, nothing was seen: silence would blame the campaign.
  const isWatched = requests.weights.some((weight) => weight > 0);
  if (!isWatched || (seenShare < earliestShare && !isNoon)) return "too_early";
  const { targetMicros } = plan;
  if (expectedMicros.high < cannotShare * targetMicros) return "cannot_spend";
  if (expectedMicros.high < behindShare * targetMicros) return "behind";
  return expectedMicros.value >= behindShare * targetMicros ? "on_track" : "too_early";
}

function baseOf(facts: DeliveryFacts, outlook: Outlook | null) {
  return {
    budgetDay: budgetDayOf(facts.nowMs),
    planMicros: outlook?.plan.targetMicros ?? null,
    plannedSoFarMicros: outlook === null ? null : Math.round(outlook.plannedSoFarMicros),
    spentMicros: facts.spentTodayMicros,
    expectedMicros: null,
    seenShare: outlook?.seenShare ?? 0,
    opportunitiesPerDay: outlook === null ? null : opportunitiesPerDay(facts, outlook),
  };
}
