import { bidPerThousandMicros } from "../../targeting/rank.ts";
import type { Pricing } from "../../targeting/types.ts";
import type { PeriodCalendar } from "./calendar.ts";
import type { DeliveryRates } from "./forecastSample.ts";
import type { ForecastQuestion } from "./forecastTypes.ts";
import { sumGroups } from "./winRows.ts";

/** What a campaign would deliver in its period. */
export interface Delivery {
  readonly impressions: number;
  readonly clicks: number;
  readonly spendMicros: number;
  /** Of what it could win, what its budget lets it take. */
  readonly share: number;
  /** Without any budget. */
  readonly possibleMicros: number;
}

type Money = Pick<
  ForecastQuestion,
  "pricing" | "bidMicros" | "dailyBudgetMicros" | "totalBudgetMicros"
>;

/** The bid as auctions compare it: micros per thousand views. */
export function bidPerThousand(
  { pricing, bidMicros }: Pick<Money, "pricing" | "bidMicros">,
  rates: DeliveryRates,
): number {
  return bidPerThousandMicros({ pricing, bidMicros, ...rates });
}

/** What one rendered impression costs on average, micros. */
export function costPerImpression(
  { pricing, bidMicros }: { readonly pricing: Pricing; readonly bidMicros: number },
  { clickRate, viewRate }: DeliveryRates,
): number {
  if (pricing === "cpc") return bidMicros * clickRate;
  return (bidMicros / 1_000) * (pricing === "vcpm" ? viewRate : 1);
}

/**
 * Spends day by day what the wins of an average week bring, at most the day's budget, evenly, and at most the total one.
 * `factor` scales the wins, for the bounds of an interval.
 */
export function deliver(
  money: Money,
  winsByGroup: Float64Array,
  calendar: PeriodCalendar,
  rates: DeliveryRates,
  factor = 1,
): Delivery {
  const cost = costPerImpression(money, rates);
  let possible = 0;
  let impressions = 0;
  let spent = 0;
  for (const factors of calendar.byDay) {
    const shown = sumGroups(winsByGroup, factors) * factor * rates.renderRate;
    const dayMicros = Math.min(shown * cost, money.dailyBudgetMicros ?? Number.POSITIVE_INFINITY);
    const leftMicros = (money.totalBudgetMicros ?? Number.POSITIVE_INFINITY) - spent;
    const taken = Math.min(dayMicros, leftMicros);
    possible += shown;
    spent += taken;
    impressions += cost > 0 ? taken / cost : shown;
  }
  return {
    impressions,
    clicks: impressions * rates.clickRate,
    spendMicros: spent,
    share: possible > 0 ? Math.min(1, impressions / possible) : 0,
    possibleMicros: possible * cost,
  };
}

/** What the budgets allow in the period; null = there is none. */
export function budgetOfPeriod(money: Money, calendar: PeriodCalendar): number | null {
  const { dailyBudgetMicros: daily, totalBudgetMicros: total } = money;
  if (daily === null) return total;
  const ofDays = daily * calendar.activeDays;
  return total === null ? ofDays : Math.min(total, ofDays);
}
