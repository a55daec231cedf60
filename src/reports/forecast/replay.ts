import { layOutPeriod, type PeriodCalendar } from "./calendar.ts";
import { bidPerThousand, type Delivery, deliver } from "./deliver.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { ForecastQuestion } from "./forecastTypes.ts";
import { hidePages } from "./hidePages.ts";
import { type MatchedRows, matchRows } from "./matchRows.ts";
import { opportunitiesByGroup, sumGroups, type WonRows, winRows } from "./winRows.ts";
import { matchZone, type ZoneMembership } from "./zoneMembership.ts";

/** A question laid over a sample. */
export interface Replay {
  readonly sample: ForecastSample;
  readonly question: ForecastQuestion;
  readonly calendar: PeriodCalendar;
  readonly zone: ZoneMembership;
  readonly matched: MatchedRows;
  readonly won: WonRows;
  /** Of the period. */
  readonly opportunities: number;
  readonly delivery: Delivery;
}

interface ReplayOptions {
  readonly addMeters?: number;
  readonly isHidden?: boolean;
}

/**
 * Replays the sample as if the campaign had run. `addMeters` makes its circles larger; `isHidden` false leaves pages without
 * noise: for judging forecasts, never for an answer.
 */
export function replayCampaign(
  sample: ForecastSample,
  question: ForecastQuestion,
  { addMeters = 0, isHidden = true }: ReplayOptions = {},
): Replay {
  const { startsOn, endsOn, hoursOfWeek } = question;
  const calendar = layOutPeriod(startsOn, endsOn, hoursOfWeek, sample);
  const zone = matchZone(sample, question.zone, addMeters);
  const found = matchRows(sample, question, zone, calendar.whole);
  const matched = isHidden ? hidePages(sample, found, calendar) : found;
  const bid = bidPerThousand(question, sample.rates);
  const won = winRows(sample, matched, bid, question.frequencyCaps);
  return {
    sample,
    question,
    calendar,
    zone,
    matched,
    won,
    opportunities: sumGroups(opportunitiesByGroup(sample, matched), calendar.whole),
    delivery: deliver(question, won.byGroup, calendar, sample.rates),
  };
}
