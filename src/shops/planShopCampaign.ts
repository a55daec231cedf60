import { addDays, budgetDayNumber } from "../budgets/budgetDay.ts";
import { maxForecastDays } from "../campaigns/forecastSchema.ts";
import { limits } from "../campaigns/limits.ts";
import type { ResolvedAudienceRule } from "../campaigns/repository.ts";
import type { Zone } from "../geo/types.ts";
import type { Forecast } from "../reports/forecast/forecastTypes.ts";
import { bidRoom, type ChosenBid, chooseBid, isNothingWon, usualBidMicros } from "./chooseBid.ts";

/** What a forecast is asked of a shop: everything else is as a plain campaign has it. */
export interface ShopQuestion {
  readonly zone: Zone;
  readonly categories: readonly string[];
  readonly audience: readonly ResolvedAudienceRule[];
  readonly bidMicros: number;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Null = nothing can be said now. */
export type ForecastShop = (question: ShopQuestion) => Promise<Forecast | null>;

export interface ShopPlan {
  readonly bidMicros: number;
  readonly recommended: ChosenBid | null;
  readonly forecast: Forecast | null;
  /** The least radius that spends the budget; null = not needed, or none does. */
  readonly radiusMeters: number | null;
  /** Days of the period that the forecast is about, and whether it goes on after them. */
  readonly days: number;
  readonly isCut: boolean;
}

export interface ShopWish {
  readonly zoneOf: (radiusMeters: number | null) => Zone;
  readonly radiusMeters: number | null;
  /** A zone that was drawn: no other radius is looked for. */
  readonly isDrawn: boolean;
  readonly categories: readonly string[];
  readonly audience: readonly ResolvedAudienceRule[];
  readonly bidMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  readonly startsOn: string;
  /** Null = open. */
  readonly endsOn: string | null;
}

interface BidRoom {
  readonly least: number;
  readonly most: number;
}

/** Each costs a forecast. */
const mostLooks = 4;
const openDays = 30;
const spentShare = 0.9;
const radiiMeters = [1, 2, 3, 4, 5, 7, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200].map(
  (km) => km * 1_000,
);

/** Finds the bid for a shop's budget on the price curve of forecasts, what it buys, and the radius that would do. */
export async function planShopCampaign(wish: ShopWish, ask: ForecastShop): Promise<ShopPlan> {
  const { days, isCut } = periodOf(wish);
  const budgets = budgetsOf(wish, days);
  const question = (bidMicros: number, radiusMeters = wish.radiusMeters): ShopQuestion => ({
    ...budgets,
    zone: wish.zoneOf(radiusMeters),
    categories: wish.categories,
    audience: wish.audience,
    bidMicros,
    startsOn: wish.startsOn,
    endsOn: addDays(wish.startsOn, days - 1),
  });
  const daily = Math.min(
    budgets.dailyBudgetMicros ?? Number.POSITIVE_INFINITY,
    (budgets.totalBudgetMicros ?? Number.POSITIVE_INFINITY) / days,
  );
  const most = Math.min(bidRoom.most, Math.floor(daily / 1_000) * 1_000_000);
  const room = { least: Math.min(bidRoom.least, most), most: Math.max(limits.minBidMicros, most) };
  const recommended = await recommend((bid) => ask(question(bid)), daily, room);
  const bidMicros = wish.bidMicros ?? recommended?.bidMicros ?? Math.min(usualBidMicros, room.most);
  const forecast = await ask(question(bidMicros));
  const isSpent = forecast === null || spendsBudget(forecast);
  const radiusMeters =
    isSpent || wish.isDrawn
      ? null
      : await leastRadius(wish.radiusMeters ?? 0, (radius) => ask(question(bidMicros, radius)));
  return { bidMicros, recommended, forecast, radiusMeters, days, isCut };
}

function periodOf({ startsOn, endsOn }: ShopWish): Pick<ShopPlan, "days" | "isCut"> {
  if (endsOn === null) return { days: openDays, isCut: true };
  const days = budgetDayNumber(endsOn) - budgetDayNumber(startsOn) + 1;
  return { days: Math.min(days, maxForecastDays), isCut: days > maxForecastDays };
}

/** Of a period that is longer than what is forecast, its part of the total. */
function budgetsOf(
  { dailyBudgetMicros, totalBudgetMicros, startsOn, endsOn }: ShopWish,
  days: number,
) {
  if (totalBudgetMicros === null || endsOn === null)
    return { dailyBudgetMicros, totalBudgetMicros };
  const whole = budgetDayNumber(endsOn) - budgetDayNumber(startsOn) + 1;
  const part = Math.round((totalBudgetMicros * days) / whole);
  return { dailyBudgetMicros, totalBudgetMicros: Math.max(part, dailyBudgetMicros ?? 0) };
}

async function recommend(
  ask: (bidMicros: number) => Promise<Forecast | null>,
  dailyMicros: number,
  room: BidRoom,
): Promise<ChosenBid | null> {
  let bidMicros = Math.min(usualBidMicros, room.most);
  let chosen: ChosenBid | null = null;
  for (let look = 0; look < mostLooks; look++) {
    const forecast = await ask(bidMicros);
    if (forecast === null || forecast.bidCurve.length === 0) return chosen;
    chosen = chooseBid(forecast.bidCurve, dailyMicros, room);
    if (chosen.because !== "edge") return chosen;
    if (chosen.bidMicros === bidMicros) {
      if (!isNothingWon(forecast.bidCurve)) break;
      return { bidMicros: Math.min(usualBidMicros, room.most), because: "most" };
    }
    bidMicros = chosen.bidMicros;
  }
  return chosen;
}

/** Where no visit is known, nothing is. */
const spendsBudget = ({ budgetShareSpent, warnings }: Forecast): boolean =>
  (budgetShareSpent ?? 1) >= spentShare && !warnings.some((it) => it.code === "no_traffic_known");

/** By halves: a larger circle spends no less. */
async function leastRadius(
  presentMeters: number,
  ask: (radiusMeters: number) => Promise<Forecast | null>,
): Promise<number | null> {
  const larger = radiiMeters.filter((radius) => radius > presentMeters);
  let [from, to] = [0, larger.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const forecast = await ask(larger[middle] ?? 0);
    if (forecast === null) return null;
    if (spendsBudget(forecast)) to = middle;
    else from = middle + 1;
  }
  return larger[from] ?? null;
}
