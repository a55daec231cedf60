import type { CompiledZone, Zone } from "../../geo/types.ts";
import type {
  AdFormat,
  DeviceType,
  FrequencyCap,
  PlaceIntention,
  Pricing,
} from "../../targeting/types.ts";

/** A campaign that does not exist yet, as a forecast sees it. */
export interface ForecastQuestion {
  readonly zone: CompiledZone;
  readonly placeIntention: PlaceIntention;
  readonly formats: readonly AdFormat[];
  /** Paths; a parent matches its children. Empty = any. */
  readonly wantedCategories: readonly string[];
  readonly avoidedCategories: readonly string[];
  /** Empty = all. */
  readonly devices: readonly DeviceType[];
  /** 0 = Monday 00:00 to 167; null = always. */
  readonly hoursOfWeek: readonly number[] | null;
  readonly audience: readonly ForecastAudienceRule[];
  readonly frequencyCaps: readonly FrequencyCap[];
  readonly pricing: Pricing;
  /** As a campaign's: per thousand impressions (viewable ones for vCPM), or per click. */
  readonly bidMicros: number;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  /** "YYYY-MM-DD", both days included. */
  readonly startsOn: string;
  readonly endsOn: string;
}

/** A question before its zone was compiled, which takes up to a tenth of a second. */
export type AskedForecast = Omit<ForecastQuestion, "zone"> & { readonly zone: Zone };

export interface ForecastAudienceRule {
  readonly segmentId: number;
  readonly minScore: number | null;
  readonly multiplier: number | null;
}

/** An expected figure and the bounds between which it lies in 95 of 100 cases. Rounded. */
export interface ForecastFigure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Of people; null where they are fewer than 50: then nothing more is said. */
export interface PeopleFigure {
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

export interface BidPoint {
  readonly bidMicros: number;
  readonly impressionsPerDay: number;
  readonly spendMicrosPerDay: number;
  /** Of the opportunities, 0 to 1. */
  readonly shareWon: number;
}

export type ForecastWarningCode = "budget_not_spent" | "too_few_people" | "no_traffic_known";

export interface ForecastLever {
  readonly kind: "larger_radius" | "higher_bid";
  readonly addMeters?: number;
  readonly bidMicros?: number;
  /** What a day's spend would be. */
  readonly spendMicrosPerDay: number;
}

export interface ForecastWarning {
  readonly code: ForecastWarningCode;
  readonly fr: string;
  readonly en: string;
  readonly levers: readonly ForecastLever[];
}

export interface ForecastCell {
  readonly cell: string;
  readonly people: number;
  readonly opportunitiesPerDay: number;
}

/** What can be expected of a campaign before it is launched. */
export interface Forecast {
  /** Counted on our own pages, or worked out from the census because nothing was counted yet. */
  readonly basis: "measured" | "prior";
  readonly accuracy: { readonly fr: string; readonly en: string };
  readonly period: { readonly startsOn: string; readonly endsOn: string; readonly days: number };
  /** People who consented to be recognised and whose pages match, within the period. */
  readonly people: PeopleFigure;
  /** Of them those who would see the ad, at this bid and budget. */
  readonly peopleReached: PeopleFigure;
  /** Pages that match, of people and of those who cannot be recognised, on an average day of the period. */
  readonly opportunitiesPerDay: ForecastFigure;
  readonly impressions: ForecastFigure;
  readonly clicks: ForecastFigure;
  readonly spendMicros: ForecastFigure;
  /** How much of the budget of the period that is; null without a budget. */
  readonly budgetShareSpent: number | null;
  readonly competition: {
    /** Campaigns that run there, rounded to one digit; below 5 they are not told apart. */
    readonly campaigns: number;
    readonly isBelowFive: boolean;
    /** Of the opportunities, what this bid wins (0–1) when no budget holds it back. */
    readonly shareWon: number;
  };
  readonly bidCurve: readonly BidPoint[];
  readonly warnings: readonly ForecastWarning[];
  readonly map: { readonly resolution: number; readonly cells: readonly ForecastCell[] };
}
