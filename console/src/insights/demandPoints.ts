import type { AnswerOf } from "../../../sdk/src/client.ts";

export type DemandForecast = AnswerOf<"forecastDemand">;

/** A week of the chart: what was, or what is expected with its band. */
export interface DemandPoint {
  readonly week: string;
  readonly past: number | null;
  readonly expected: number | null;
  readonly band: readonly [number, number] | null;
}

const shownWeeks = 26;

/** The last half year and the weeks to come; the forecast's line begins where the past's ends. Pure. */
export function demandPoints({ history, weeks }: DemandForecast): readonly DemandPoint[] {
  const past = history.slice(-shownWeeks).map(({ week, events }, at, all) => {
    const isJoint = at === all.length - 1 && weeks.length > 0 && events !== null;
    return {
      week,
      past: events,
      expected: isJoint ? events : null,
      band: isJoint ? ([events, events] as const) : null,
    };
  });
  const coming = weeks.map(({ week, expected, low, high }) => ({
    week,
    past: null,
    expected,
    band: [low, high] as const,
  }));
  return [...past, ...coming];
}

/** How much less the forecast errs than "as a year before", 0–1; null = it was not tried. Pure. */
export function betterBy({ backtest, refusal }: DemandForecast): number | null {
  return backtest === null || refusal !== null || backtest.naiveWape === 0
    ? null
    : 1 - backtest.wape / backtest.naiveWape;
}
