import { addDays } from "../../budgets/budgetDay.ts";
import type { TrafficCurve } from "../../budgets/pacing/trafficCurve.ts";
import { hourGroupOf, hourGroups } from "./forecastSample.ts";

/** How much of an average week's traffic, by group of hours, falls into a day of the period. */
export interface PeriodCalendar {
  readonly days: number;
  /** Of each day of the period: `hourGroups` factors. A day whose hours are all allowed has a fifth of each weekday group, or so. */
  readonly byDay: readonly Float64Array[];
  /** Their sum. */
  readonly whole: Float64Array;
  /** Days with any allowed hour. */
  readonly activeDays: number;
  /** Days of a week with any allowed hour. */
  readonly weekdays: number;
}

/** Lays a period over the traffic of a week; `hoursOfWeek` null = all hours. */
export function layOutPeriod(
  startsOn: string,
  endsOn: string,
  hoursOfWeek: readonly number[] | null,
  { curve, isWeekendApart }: { readonly curve: TrafficCurve; readonly isWeekendApart: boolean },
): PeriodCalendar {
  const allowed = hoursOfWeek === null ? null : new Set(hoursOfWeek);
  const groupTotals = new Float64Array(hourGroups);
  for (let hour = 0; hour < 168; hour++)
    groupTotals[hourGroupOf(hour, isWeekendApart)]! += curve[hour]!;
  const ofWeekday = Array.from({ length: 7 }, (_, weekday) => {
    const factors = new Float64Array(hourGroups);
    for (let hour = 24 * weekday; hour < 24 * weekday + 24; hour++) {
      if (allowed !== null && !allowed.has(hour)) continue;
      const group = hourGroupOf(hour, isWeekendApart);
      factors[group]! += groupTotals[group]! > 0 ? curve[hour]! / groupTotals[group]! : 0;
    }
    return factors;
  });
  const byDay: Float64Array[] = [];
  const whole = new Float64Array(hourGroups);
  for (let day = startsOn; day <= endsOn; day = addDays(day, 1)) {
    const factors = ofWeekday[weekdayOf(day)]!;
    byDay.push(factors);
    for (let group = 0; group < hourGroups; group++) whole[group]! += factors[group]!;
  }
  const isActive = (factors: Float64Array): boolean => factors.some((factor) => factor > 0);
  return {
    days: byDay.length,
    byDay,
    whole,
    activeDays: byDay.filter(isActive).length,
    weekdays: ofWeekday.filter(isActive).length,
  };
}

/** 0 = Monday. */
function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}
