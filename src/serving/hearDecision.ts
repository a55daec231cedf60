import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";

/** What became of a request of a page, told to who gathers what forecasts replay. Neither throws nor waits. */
export type HearDecision = (
  request: AdRequest,
  visit: { readonly visitorKey: string | null; readonly visitor: VisitorState },
  winners: readonly Winner[],
) => void;
