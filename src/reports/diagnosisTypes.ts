import type { TrafficCurve } from "../budgets/pacing/trafficCurve.ts";
import type { ServableCampaign } from "../targeting/types.ts";
import type { Counts, LeverName } from "./counters.ts";
import type { Estimate } from "./interval.ts";

/** What is known of one campaign on one budget day. */
export interface DeliveryFacts {
  readonly campaign: ServableCampaign;
  readonly nowMs: number;
  /** From when the figures below tell of the campaign as it is: the day's beginning, or its last change. */
  readonly sinceMs: number;
  /** The traffic of its zone, hour of the week by hour of the week. */
  readonly curve: TrafficCurve;
  /** Charged on all days before this one, micros. */
  readonly spentBeforeMicros: number;
  /** Charged on this budget day, micros. */
  readonly spentTodayMicros: number;
  /** Since `sinceMs`. */
  readonly events: DeliveryEvents;
  /** Sampled since `sinceMs`; null = no sampled request came near. */
  readonly counts: Counts | null;
  /** The same of all requests, whatever campaign. */
  readonly requests: Counts;
  /** People who live in the zone with its circles this much larger. */
  readonly peopleWithin: (byMeters: number) => number;
}

export interface DeliveryEvents {
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
}

export type DeliveryStatus =
  /** It spends, or will have spent, what its day allows. */
  | "on_track"
  /** It will end the day with less than 9 tenths of it. */
  | "behind"
  /** It will end the day with less than half of it. */
  | "cannot_spend"
  /** Too little has been seen to say. */
  | "too_early"
  /** It is not meant to spend now: paused, over, spent. */
  | "not_running";

/** Why a campaign lags. */
export type LagReason =
  | "zone_too_small"
  | "bid_under_floor"
  | "outbid"
  | "competitor_on_page"
  | "caps_too_tight"
  | "unknown_visitors"
  | "audience_too_narrow"
  | "schedule_too_narrow"
  | "devices_too_narrow"
  | "pages_too_narrow"
  | "place_intention_too_narrow"
  | "no_fitting_creative"
  | "no_creative"
  | "blocked_by_sites"
  | "no_money"
  | "store_away"
  | "not_rendered";

/** Why a campaign that does not spend is not at fault. */
export type RestReason =
  | "paused"
  | "draft"
  | "ended"
  | "not_started"
  | "not_today"
  | "day_spent"
  | "total_spent"
  | "free";

/** A sentence for the shopkeeper and one for the developer. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}

/** One thing to change, and what deciding the sampled requests again with it would have brought. */
export interface Suggestion extends Words {
  readonly lever: LeverName | "wider_zone" | "add_creative";
  /** More opportunities won a day; null = not worked out. */
  readonly opportunitiesPerDay: Estimate | null;
  /** What they would spend, micros a day. */
  readonly spendMicrosPerDay: Estimate | null;
  /** Further people who live in a wider zone. */
  readonly people?: number;
}

export interface Reason extends Words {
  readonly reason: LagReason;
  /** Opportunities a day that are lost to it. */
  readonly opportunitiesPerDay: Estimate | null;
  /** Mildest first that is thought to be enough; at most two. */
  readonly suggestions: readonly Suggestion[];
}

export interface Diagnosis {
  readonly status: DeliveryStatus;
  /** Why nothing is wrong, when nothing is to be spent; else null. */
  readonly rest: RestReason | null;
  readonly budgetDay: string;
  /** What the day is to spend, micros; null = it has no budget. */
  readonly planMicros: number | null;
  /** What the plan has spent by now. */
  readonly plannedSoFarMicros: number | null;
  readonly spentMicros: number;
  /** At the end of the day; null = too early to say. */
  readonly expectedMicros: Estimate | null;
  /** Share of the day's traffic since `sinceMs`, 0–1: what the figures rest on. */
  readonly seenShare: number;
  /** Opportunities in the zone, a day. */
  readonly opportunitiesPerDay: Estimate | null;
  /** The biggest lever first; empty unless it lags. */
  readonly reasons: readonly Reason[];
  /** All of it in one sentence. */
  readonly words: Words;
}
