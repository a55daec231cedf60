/**
 * What a visitor allows, worked out once per request. Every room obeys this value and nothing else:
 * no other code reads a TC string.
 */
export interface Consent {
  /** Purpose 1: an id may be kept or read on the device, and caps remembered. */
  readonly mayStore: boolean;
  /** Purposes 1, 3 and 4: audience scores may be read. */
  readonly mayPersonalise: boolean;
  /** Purpose 2: where the visitor is or lives may choose the ad. Only the place searched in needs nothing. */
  readonly mayUsePlace: boolean;
  /** Special feature 1: a place that may be used at all may be finer than 500 m. */
  readonly mayUsePrecisePlace: boolean;
  /** Purpose 7: impressions and clicks may be measured with the visitor's id. */
  readonly mayMeasure: boolean;
  /** Why it is so, for explanations: "no_gdpr", "tc_string", "missing", "malformed", "expired", "vendor_refused". */
  readonly basis: ConsentBasis;
}

export type ConsentBasis =
  | "no_gdpr"
  | "tc_string"
  | "missing"
  | "malformed"
  | "expired"
  | "vendor_refused";
