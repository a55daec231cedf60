import type { CellId } from "../../../src/geo/types.ts";
import { type CurvePoint, chooseBid, isNothingWon } from "../../../src/shops/chooseBid.ts";
import { type Ground, groundOf } from "../map/groundOf.ts";
import { type Plan, type PlanWish, roomOfBid } from "./planBid.ts";

/** An answer, what it was asked, and the hexagons of the zone that it was asked about. */
export interface ToldPlan {
  readonly plan: Plan;
  readonly wish: PlanWish;
  readonly cells: readonly CellId[];
}

/** Figures under a hand that moves: of this size, and no more certain than that. */
export interface NearFigures {
  /** Null = fewer than 50. */
  readonly peopleReached: number | null;
  readonly impressions: number;
  readonly clicks: number;
  readonly spendMicros: number;
  readonly bidMicros: number;
}

/** Fewer are told of by nobody. */
const leastPeople = 50;

/**
 * What a changed zone or budget would bring, by the last answer alone: its map says how much more or less ground there is,
 * its price curve what that costs. For the moment until the answer to the new question is there. Null = the last answer
 * does not tell (other days, another audience, too few people, elsewhere). Pure; some milliseconds.
 */
export function nearPlan(
  told: ToldPlan,
  wish: PlanWish,
  cells: readonly CellId[],
): NearFigures | null {
  const { forecast } = told.plan;
  const { people, peopleReached, impressions, map, period } = forecast;
  if (!isSameBesides(told.wish, wish)) return null;
  if (people.value === null || peopleReached.value === null || impressions.value === 0) return null;
  const [before, after] = [groundOf(told.cells, map.cells), groundOf(cells, map.cells)];
  if (before === null || after === null || isNothingWon(forecast.bidCurve)) return null;
  const grown = growthOf(before, after);
  const curve = forecast.bidCurve.map((point) => scaled(point, grown.pages));
  const bidMicros = wish.ownBidMicros ?? bidOn(curve, wish.dailyMicros);
  if (bidMicros === null) return null;
  const [old, fresh] = [
    soldAt(forecast.bidCurve, told.plan.bidMicros, budgetOf(told.wish), period.days),
    soldAt(curve, bidMicros, budgetOf(wish), period.days),
  ];
  if (old === null || fresh === null || old.impressions === 0) return null;
  const more = fresh.impressions / old.impressions;
  const seen = impressions.value * more;
  const met = { before: people.value, after: people.value * grown.people };
  const reached =
    peopleReached.value *
    (reachedOf(met.after, seen) / reachedOf(met.before, impressions.value) || 0);
  const spend = (forecast.spendMicros.value * fresh.spendMicros) / Math.max(1, old.spendMicros);
  return {
    peopleReached: tidyPeople(Math.min(reached, met.after)),
    impressions: tidy(seen, 2),
    clicks: tidy(forecast.clicks.value * more, 2),
    spendMicros: tidy(Math.min(spend, budgetOf(wish)), 3),
    bidMicros,
  };
}

/** A zone and money may move; days and audience are another question. */
function isSameBesides({ question: before }: PlanWish, { question: after }: PlanWish): boolean {
  return (
    before.startsOn === after.startsOn &&
    before.endsOn === after.endsOn &&
    JSON.stringify(before.audience) === JSON.stringify(after.audience)
  );
}

/** The bid that would be chosen on this curve; null = none of it can be paid. */
function bidOn(curve: readonly CurvePoint[], dailyMicros: number): number | null {
  const room = roomOfBid(dailyMicros);
  const isUsable = curve.some(({ bidMicros }) => bidMicros >= room.least && bidMicros <= room.most);
  return isUsable ? chooseBid(curve, dailyMicros, room).bidMicros : null;
}

const budgetOf = ({ question }: PlanWish): number =>
  question.totalBudgetMicros ?? Number.POSITIVE_INFINITY;

function growthOf(before: Ground, after: Ground) {
  const people = after.people / Math.max(1, before.people);
  const pages =
    before.opportunitiesPerDay > 0
      ? after.opportunitiesPerDay / before.opportunitiesPerDay
      : people;
  return { people, pages };
}

const scaled = (point: CurvePoint, by: number): CurvePoint => ({
  bidMicros: point.bidMicros,
  impressionsPerDay: point.impressionsPerDay * by,
  spendMicrosPerDay: point.spendMicrosPerDay * by,
});

/** What a bid brings in so many days, as far as the money goes. */
function soldAt(curve: readonly CurvePoint[], bidMicros: number, budget: number, days: number) {
  const far = (point: CurvePoint) => Math.abs(point.bidMicros - bidMicros);
  const [first] = curve;
  if (first === undefined) return null;
  const nearest = curve.reduce((best, point) => (far(point) < far(best) ? point : best), first);
  const wanted = nearest.spendMicrosPerDay * days;
  const share = wanted > budget ? budget / wanted : 1;
  return {
    impressions: nearest.impressionsPerDay * days * share,
    spendMicros: wanted * share,
  };
}

/** Of so many people those who see at least one of so many ads that are spread by chance. */
const reachedOf = (people: number, impressions: number): number =>
  people <= 0 ? 0 : people * -Math.expm1(-impressions / people);

/** As forecasts round people: no step of theirs holds fewer than 50 from 1,000 on. */
function tidyPeople(people: number): number | null {
  if (people < leastPeople) return null;
  if (people < 1_000) return tidy(people, 2);
  if (people >= 10_000) return tidy(people, 3);
  return Math.round(people / leastPeople) * leastPeople;
}

/** To so many significant digits, as forecasts are told. */
function tidy(value: number, digits: number): number {
  if (!(value > 0)) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - digits + 1);
  return Math.round(value / step) * step;
}
