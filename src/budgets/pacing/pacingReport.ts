import { type DayPlan, forecastUntil, plannedMicrosAt } from "./dayPlan.ts";

/** What is known of a campaign's day, for whoever asks. */
export interface PacingFacts {
  readonly day: string;
  readonly nowMs: number;
  /** Null when the campaign is not paced, or nobody has planned this day for it. */
  readonly plan: DayPlan | null;
  /** Charged, micros, by the ms at which an hour begins. */
  readonly spentByHour: ReadonlyMap<number, number>;
  /** The hours of the day, ms. */
  readonly bounds: { readonly startMs: number; readonly endMs: number };
}

export interface PacingHour {
  /** ISO 8601, UTC. */
  readonly startsAt: string;
  /** The hour's part of the day's forecast traffic in which the campaign may show, 0–1. */
  readonly forecastShare: number | null;
  /** To be spent in this hour; null without a plan, and for what was over when the present plan was made. */
  readonly plannedMicros: number | null;
  /** Null for hours to come. */
  readonly spentMicros: number | null;
}

export interface PacingReport {
  /** What the day may cost in all. */
  readonly dayLimitMicros: number | null;
  /** What the plan means to have spent at the end of the day. */
  readonly targetMicros: number | null;
  /** When the plan was made (a day's at midnight, anew when its budget or schedule changes). */
  readonly plannedAt: string | null;
  /** To be spent by now. */
  readonly plannedMicros: number | null;
  readonly spentMicros: number;
  /** Spent − planned; negative = behind. */
  readonly deviationMicros: number | null;
  readonly hours: readonly PacingHour[];
}

const hourMs = 3_600_000;

/** Plan and spending of a day side by side, hour by hour: 23 hours in spring, 25 in autumn. Pure. */
export function toPacingReport({ nowMs, plan, spentByHour, bounds }: PacingFacts): PacingReport {
  const total = plan === null ? 0 : forecastUntil(plan, Infinity);
  const hours: PacingHour[] = [];
  for (let atMs = bounds.startMs; atMs < bounds.endMs; atMs += hourMs)
    hours.push({
      startsAt: new Date(atMs).toISOString(),
      forecastShare: plan === null || total === 0 ? null : rounded(shareOf(plan, atMs) / total),
      plannedMicros: plan === null ? null : plannedWithin(plan, atMs),
      spentMicros: atMs > nowMs ? null : (spentByHour.get(atMs) ?? 0),
    });
  // Clicks of the last minutes before midnight belong to this day too.
  const spentMicros = [...spentByHour.values()].reduce((sum, micros) => sum + micros, 0);
  const plannedMicros = plan === null ? null : Math.round(plannedMicrosAt(plan, nowMs));
  return {
    dayLimitMicros: plan?.limitMicros ?? null,
    targetMicros: plan?.targetMicros ?? null,
    plannedAt: plan === null ? null : new Date(plan.fromMs).toISOString(),
    plannedMicros,
    spentMicros,
    deviationMicros: plannedMicros === null ? null : spentMicros - plannedMicros,
    hours,
  };
}

function shareOf(plan: DayPlan, atMs: number): number {
  return forecastUntil(plan, atMs + hourMs) - forecastUntil(plan, atMs);
}

function plannedWithin(plan: DayPlan, atMs: number): number | null {
  if (atMs + hourMs <= plan.fromMs) return null;
  return Math.round(plannedMicrosAt(plan, atMs + hourMs)) - Math.round(plannedMicrosAt(plan, atMs));
}

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}
