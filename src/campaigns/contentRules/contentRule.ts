/** What an owner may say that a campaign is about; stored for good, hence never renamed. */
export const contentCodes = [
  "political",
  "tobacco",
  "gambling",
  "alcohol",
  "credit",
  "motor_vehicles",
  "new_cars",
  "processed_food",
  "medicine",
  "medical_device",
  "jobs",
  "housing",
] as const;
export type ContentCode = (typeof contentCodes)[number];

/** What a campaign or a creative must not have. */
export type ContentRestriction =
  /** No audience segment: whoever it leaves out is left out of a home, a job or money. */
  | "no_audience"
  /** No part of the zone is taken out again. */
  | "no_exclusions"
  /** No words that stand for an age. */
  | "no_age_words"
  /** No pages, words or audiences of the young. */
  | "no_minors"
  /** Nothing that plays, expands or pops up by itself. */
  | "no_intrusion"
  /** The class of CO₂ emissions of the car must be told. */
  | "co2_class";

export interface ContentRule {
  readonly code: ContentCode;
  readonly fr: string;
  readonly en: string;
  /** The text of law. */
  readonly source: string;
  /** "licensed": refused unless an operator has seen the advertiser's licence. */
  readonly verdict: "banned" | "licensed" | "allowed";
  /** Each is a text, or several of which one is shown in turn. */
  readonly mentions: readonly (readonly string[])[];
  readonly restrictions: readonly ContentRestriction[];
  /** Trades that are about this, without accents; "=bar" is the whole trade, "vigneron" a word of it. */
  readonly trades: readonly string[];
  /** Words of a text that may be about this: they send it to a reviewer and accuse nobody. "cigar*" is a beginning. */
  readonly hints: readonly string[];
  /** Categories of pages on which such ads never show, besides those that the campaign avoids. */
  readonly avoidedCategories: readonly string[];
}

/** A rule that asks for nothing yet. */
export const plain = {
  verdict: "allowed",
  mentions: [],
  restrictions: [],
  trades: [],
  hints: [],
  avoidedCategories: [],
} as const;
