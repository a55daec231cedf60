import type { Consent } from "../consent/types.ts";
import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";

/** What became of a request of a page, told to who gathers what forecasts replay. Neither throws nor waits. */
export type HearDecision = (
  request: AdRequest,
  visit: { readonly visitorKey: string | null; readonly visitor: VisitorState },
  winners: readonly Winner[],
) => void;

/** The choice that a request of a visitor brings whose id counts. Neither throws nor waits. */
export type HearConsent = (visitorId: string, consent: Consent, nowMs: number) => void;

export interface Hearers {
  readonly hearDecision?: HearDecision;
  readonly hearConsent?: HearConsent;
}
