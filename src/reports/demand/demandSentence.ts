import type { DemandRefusal, DemandSeries, DemandWeek } from "./demandTypes.ts";

export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

const french = new Intl.NumberFormat("fr-FR", { maximumSignificantDigits: 2 });
const english = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });
const frenchPercent = new Intl.NumberFormat("fr-FR", {
  style: "percent",
  maximumFractionDigits: 0,
});
const englishPercent = new Intl.NumberFormat("en-GB", {
  style: "percent",
  maximumFractionDigits: 0,
});

const refusals: Readonly<Record<DemandRefusal, Sentence>> = {
  too_short: {
    fr: "Nous ne connaissons pas encore assez de semaines ici pour prévoir les suivantes.",
    en: "Not enough weeks are known here yet to tell what follows.",
  },
  too_small: {
    fr: "Trop peu de recherches ici pour en prévoir le nombre.",
    en: "There are too few searches here to forecast them.",
  },
  no_better_than_last_year: {
    fr: "Ici, notre prévision ne fait pas mieux que l’année dernière à la même date\u00a0: nous ne la montrons pas.",
    en: "Here our forecast does no better than last year on the same date, so it is not shown.",
  },
  unknown: {
    fr: "Trop peu de personnes cherchent cela ici pour en parler.",
    en: "Too few people look for this here to say anything.",
  },
  not_yet: {
    fr: "La prévision se calcule\u00a0: revenez dans quelques minutes.",
    en: "The forecast is being worked out: come back in a few minutes.",
  },
  band_not_kept: {
    fr: "Ici, la demande s’écarte trop souvent de nos prévisions\u00a0: nous ne les montrons pas.",
    en: "Here demand leaves our forecasts too often, so they are not shown.",
  },
};

/** What a shopkeeper reads about the coming weeks, or why there is nothing to read. Pure. */
export function demandSentence(
  weeks: readonly DemandWeek[],
  refusal: DemandRefusal | null,
  events: DemandSeries["events"],
): Sentence {
  if (refusal !== null) return refusals[refusal];
  const expected = meanOf(weeks.map((week) => week.expected));
  const low = meanOf(weeks.map((week) => week.low));
  const high = meanOf(weeks.map((week) => week.high));
  const before = meanOf(events.slice(-weeks.length).filter((value) => value !== null));
  const change = before === 0 ? 0 : expected / before - 1;
  const count = String(weeks.length);
  return {
    fr: `Dans les ${count} prochaines semaines, environ ${french.format(expected)} recherches et consultations par semaine (entre ${french.format(low)} et ${french.format(high)}, quatre fois sur cinq)${frenchChange(change)}.`,
    en: `In the next ${count} weeks, about ${english.format(expected)} searches and views a week (between ${english.format(low)} and ${english.format(high)}, four times out of five)${englishChange(change)}.`,
  };
}

/** Less than that is no change that anybody would act upon. */
const least = 0.03;

function frenchChange(change: number): string {
  if (Math.abs(change) < least) return ", autant que ces dernières semaines";
  // CLDR has a wide space there; French typography a narrow one.
  const by = frenchPercent.format(Math.abs(change)).replace("\u00a0", "\u202f");
  return `, soit ${by} ${change > 0 ? "de plus" : "de moins"} que ces dernières semaines`;
}

function englishChange(change: number): string {
  if (Math.abs(change) < least) return ", as many as in recent weeks";
  const by = englishPercent.format(Math.abs(change));
  return `, ${by} ${change > 0 ? "more" : "fewer"} than in recent weeks`;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
