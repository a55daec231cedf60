import type { CounterName, LeverName } from "./counters.ts";
import type { DeliveryFacts, LagReason, Reason, Suggestion } from "./diagnosisTypes.ts";
import { type Estimate, projectCount, scaleEstimate, weightOf } from "./interval.ts";
import { type Outlook, opportunitiesPerDay } from "./outlook.ts";
import { reasonWords, suggestionWords } from "./reasonWords.ts";

/** What is lost to a reason, and what would win some of it back, mildest first. */
interface Lag {
  readonly reason: LagReason;
  readonly losses: readonly CounterName[];
  readonly levers: readonly LeverName[];
}

const radii: readonly LeverName[] = ["radius_1000", "radius_3000", "radius_5000", "radius_8000"];
const bids: readonly LeverName[] = ["bid_110", "bid_120", "bid_150", "bid_200", "bid_300"];

const lags: readonly Lag[] = [
  { reason: "zone_too_small", losses: [], levers: radii },
  { reason: "bid_under_floor", losses: ["floor"], levers: bids },
  { reason: "outbid", losses: ["outranked"], levers: bids },
  { reason: "competitor_on_page", losses: ["competitor_on_page"], levers: bids },
  {
    reason: "caps_too_tight",
    losses: ["frequency_cap", "held_cap"],
    levers: ["cap_double", "cap_none"],
  },
  { reason: "unknown_visitors", losses: ["no_stable_visitor"], levers: ["cap_none"] },
  { reason: "audience_too_narrow", losses: ["audience"], levers: ["any_audience"] },
  { reason: "schedule_too_narrow", losses: ["daypart"], levers: ["all_hours"] },
  { reason: "devices_too_narrow", losses: ["device"], levers: ["all_devices"] },
  { reason: "pages_too_narrow", losses: ["category", "keyword"], levers: ["all_pages"] },
  {
    reason: "place_intention_too_narrow",
    losses: ["place_intention"],
    levers: ["any_intention"],
  },
  { reason: "no_fitting_creative", losses: ["format", "size"], levers: ["all_formats"] },
  { reason: "blocked_by_sites", losses: ["blocked_by_placement"], levers: [] },
  { reason: "no_money", losses: ["budget", "held_budget"], levers: [] },
  { reason: "store_away", losses: ["held_unavailable"], levers: [] },
];

/** Reasons worth telling. */
const mostReasons = 5;
/** What brings less than a view a day, or than this share of what is missing, is no help. */
const leastGain = 0.01;
/** What is lost to less than this share of the opportunities explains nothing. */
const leastLoss = 0.02;

export const noCreativeReason: Reason = {
  reason: "no_creative",
  opportunitiesPerDay: null,
  suggestions: [
    {
      lever: "add_creative",
      opportunitiesPerDay: null,
      spendMicrosPerDay: null,
      ...suggestionWords("add_creative", null, undefined),
    },
  ],
  ...reasonWords("no_creative", null),
};

/**
 * Why a lagging campaign lags: the reason whose best lever brings most comes first (no more than is missing counts),
 * then the one to which most is lost. A reason without a loss and without a gain is none.
 */
export function lagReasons(facts: DeliveryFacts, outlook: Outlook): readonly Reason[] {
  const missing = missingWins(outlook);
  const mainBidReason = mostLost(facts, ["bid_under_floor", "outbid", "competitor_on_page"]);
  const weighed = lags.map((lag) => {
    const loss = lossOf(lag, facts, outlook);
    const sharesItsLevers = lag.levers === bids && lag.reason !== mainBidReason;
    const onlyUnknown = lag.reason === "unknown_visitors" && !isMostlyUnknown(facts);
    const isOther = sharesItsLevers || onlyUnknown;
    const isCaps = lag.reason === "caps_too_tight" && isMostlyUnknown(facts);
    const levers = isOther ? [] : isCaps ? lag.levers.slice(0, 1) : lag.levers;
    const suggestions = suggestionsFor(levers, { facts, outlook, missing });
    const gain = Math.max(0, ...suggestions.map((it) => it.opportunitiesPerDay?.value ?? 0));
    return { lag, loss, suggestions, gain: Math.min(gain, missing) };
  });
  const told = weighed.filter(({ lag, loss, gain }) =>
    isWorthTelling(lag, loss, gain, facts, outlook),
  );
  if (told.length === 0) return [reasonOf("not_rendered", null, [], outlook)];
  return told
    .sort((a, b) => b.gain - a.gain || b.loss.value - a.loss.value)
    .slice(0, mostReasons)
    .map(({ lag, loss, suggestions }) =>
      reasonOf(lag.reason, lag.losses.length === 0 ? null : loss, suggestions, outlook, facts),
    );
}

function missingWins({ plan, expectedMicros, microsPerWin }: Outlook): number {
  const micros = Math.max(0, plan.targetMicros - expectedMicros.value);
  return Math.max(1, micros / Math.max(microsPerWin, 1e-9));
}

function neededWins({ plan, microsPerWin }: Outlook): number {
  return plan.targetMicros / Math.max(microsPerWin, 1e-9);
}

/** A zone is too small when winning every opportunity in it would not do; what is missing then is its loss. */
function lossOf({ reason, losses }: Lag, facts: DeliveryFacts, outlook: Outlook): Estimate {
  if (reason === "zone_too_small") {
    const there = opportunitiesPerDay(facts, outlook);
    const value = Math.max(0, neededWins(outlook) - there.value);
    return { value, low: Math.max(0, neededWins(outlook) - there.high), high: value };
  }
  if (facts.counts === null) return { value: 0, low: 0, high: 0 };
  const parts = reason === "schedule_too_narrow" ? outlook.partsOfAllHours : outlook.parts;
  return projectCount(facts.counts, losses, outlook.usualWeight, parts);
}

function isWorthTelling(
  { reason }: Lag,
  loss: Estimate,
  gain: number,
  facts: DeliveryFacts,
  outlook: Outlook,
): boolean {
  if (gain > 0) return true;
  if (reason === "zone_too_small") return loss.value > 0;
  const there = opportunitiesPerDay(facts, outlook).value;
  return loss.value > leastLoss * Math.max(1, there);
}

function mostLost({ counts }: DeliveryFacts, reasons: readonly LagReason[]): LagReason | null {
  if (counts === null) return null;
  const lost = (reason: LagReason) =>
    weightOf(counts, lags.find((lag) => lag.reason === reason)?.losses ?? []);
  return reasons.reduce((most, reason) => (lost(reason) > lost(most) ? reason : most), reasons[0]!);
}

function isMostlyUnknown({ counts }: DeliveryFacts): boolean {
  if (counts === null) return false;
  return weightOf(counts, ["no_stable_visitor"]) > weightOf(counts, ["frequency_cap", "held_cap"]);
}

interface Weighing {
  readonly facts: DeliveryFacts;
  readonly outlook: Outlook;
  /** Wins a day that the campaign lacks. */
  readonly missing: number;
}

/** The mildest lever that brings what is missing, else the mildest that brings nearly as much as the strongest. */
function suggestionsFor(levers: readonly LeverName[], weighing: Weighing): readonly Suggestion[] {
  const gains = levers.map((lever) => ({ lever, gain: gainOf(lever, weighing) }));
  const most = Math.max(0, ...gains.map(({ gain }) => gain.value));
  const enough = Math.min(weighing.missing, 0.9 * most);
  const least = Math.max(1, leastGain * weighing.missing);
  const chosen = gains.find(({ gain }) => gain.value >= least && gain.value >= enough);
  return chosen === undefined ? [] : [toSuggestion(chosen.lever, chosen.gain, weighing)];
}

function gainOf(lever: LeverName, { facts, outlook }: Weighing): Estimate {
  const { counts } = facts;
  if (counts === null) return { value: 0, low: 0, high: 0 };
  const parts = lever === "all_hours" ? outlook.partsOfAllHours : outlook.parts;
  const gain = projectCount(counts, [`gain_${lever}`], outlook.usualWeight, parts);
  if (lever !== "cap_double") return gain;
  // Replayed requests do not remember what they would have shown: twice the cap shows at most twice as often.
  const wins = projectCount(counts, ["won"], outlook.usualWeight, outlook.parts);
  if (wins.value === 0 || gain.value <= wins.value) return gain;
  return { value: wins.value, low: Math.min(gain.low, wins.low), high: wins.high };
}

function toSuggestion(lever: LeverName, gain: Estimate, { facts, outlook }: Weighing): Suggestion {
  const people = peopleOf(lever, facts);
  return {
    lever,
    opportunitiesPerDay: gain,
    spendMicrosPerDay: scaleEstimate(gain, outlook.microsPerWin),
    ...(people === undefined ? {} : { people }),
    ...suggestionWords(lever, gain, people),
  };
}

function peopleOf(lever: LeverName, { peopleWithin }: DeliveryFacts): number | undefined {
  const byMeters = /^radius_(\d+)$/.exec(lever)?.[1];
  if (byMeters === undefined) return undefined;
  return Math.max(0, peopleWithin(Number(byMeters)) - peopleWithin(0));
}

function reasonOf(
  reason: LagReason,
  loss: Estimate | null,
  suggestions: readonly Suggestion[],
  outlook: Outlook,
  facts?: DeliveryFacts,
): Reason {
  const isZone = reason === "zone_too_small";
  const opportunities = isZone && facts !== undefined ? opportunitiesPerDay(facts, outlook) : loss;
  const needed = isZone ? neededWins(outlook) : undefined;
  return {
    reason,
    opportunitiesPerDay: isZone ? null : loss,
    suggestions:
      isZone && suggestions.length === 0 && !isGrowthTried(facts) ? [widerZone] : suggestions,
    ...reasonWords(reason, opportunities, needed),
  };
}

/** Whether larger circles were tried on what was seen, and brought nothing: then a wider zone is no advice. */
function isGrowthTried(facts: DeliveryFacts | undefined): boolean {
  return (facts?.counts ?? null) !== null && facts!.campaign.zone.include.circles.length > 0;
}

const widerZone: Suggestion = {
  lever: "wider_zone",
  opportunitiesPerDay: null,
  spendMicrosPerDay: null,
  ...suggestionWords("wider_zone", null, undefined),
};
