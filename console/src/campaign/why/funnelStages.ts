import type { Estimate, Funnel, OutcomeName } from "../types.ts";

/** Where opportunities are lost, in the order in which the server asks. */
export const stageNames = [
  "schedule",
  "page",
  "slot",
  "people",
  "caps",
  "floor",
  "money",
  "others",
  "held",
] as const;
export type StageName = (typeof stageNames)[number];

const outcomesOf: Readonly<Record<StageName, readonly OutcomeName[]>> = {
  schedule: ["dates", "daypart"],
  page: ["place_intention", "device", "category", "keyword"],
  slot: ["format", "size", "blocked_by_placement"],
  people: ["no_stable_visitor", "audience"],
  caps: ["frequency_cap"],
  floor: ["floor"],
  money: ["budget", "pacing"],
  others: ["competitor_on_page", "outranked"],
  held: ["held_budget", "held_cap", "held_unavailable"],
};

export interface FunnelStage {
  readonly name: StageName;
  readonly lost: Estimate;
  /** Of the opportunities, 0 to 1. */
  readonly lostShare: number;
  /** What is left after it. */
  readonly left: number;
  /** What was met, the most frequent first. */
  readonly outcomes: Funnel["outcomes"];
}

export interface FunnelView {
  readonly opportunities: Estimate;
  readonly stages: readonly FunnelStage[];
  readonly won: Estimate;
  readonly wonShare: number;
  /** The stage at which most is lost; null = nothing is. */
  readonly worst: FunnelStage | null;
}

const nothing: Estimate = { value: 0, low: 0, high: 0 };

/** The funnel in steps that people can follow. Outcomes exclude one another: whatever their order, they add up. Pure. */
export function funnelView({ opportunities, outcomes }: Funnel): FunnelView {
  const all = Math.max(1, opportunities.value);
  let left = opportunities.value;
  const stages = stageNames.map((name) => {
    const met = outcomes
      .filter(({ outcome }) => outcomesOf[name].includes(outcome))
      .sort((a, b) => b.count.value - a.count.value);
    const lost = sumOf(met.map(({ count }) => count));
    left = Math.max(0, left - lost.value);
    return { name, lost, lostShare: lost.value / all, left, outcomes: met };
  });
  const won = outcomes.find(({ outcome }) => outcome === "won")?.count ?? nothing;
  const most = [...stages].sort((a, b) => b.lost.value - a.lost.value)[0];
  const worst = most === undefined || most.lost.value === 0 ? null : most;
  return { opportunities, stages, won, wonShare: won.value / all, worst };
}

/** Of different requests: errors are independent, so that their squares add up. */
function sumOf(counts: readonly Estimate[]): Estimate {
  const value = counts.reduce((sum, one) => sum + one.value, 0);
  const below = Math.hypot(...counts.map((one) => one.value - one.low), 0);
  const above = Math.hypot(...counts.map((one) => one.high - one.value), 0);
  return { value, low: Math.max(0, Math.round(value - below)), high: Math.round(value + above) };
}
