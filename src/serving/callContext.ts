import type { VisitorState } from "../targeting/types.ts";
import type { ExplainWish } from "./explainAnswer.ts";

/** What a call says besides the request: whose it is, and what is to be done with it. */
export interface CallContext {
  /** The keyed hash under which the visitor is remembered (see `createVisitorKeyOf`); null = anonymous. */
  readonly visitorKey: string | null;
  /** The keyed hash of the page view's id (see `createPageViewKeyOf`); null = the page named none. */
  readonly pageViewKey: string | null;
  /** A keyed hash of the truncated address (see `createAddressKey`), asked for only when something is held. */
  readonly addressKey: () => string;
  readonly siteKey: string | null;
  /** Decide without holding, counting or charging. */
  readonly test: boolean;
  /** Null = explain nothing. */
  readonly explain: ExplainWish | null;
  /** A supposed visitor, for test decisions. */
  readonly supposed?: VisitorState;
  /** When budgets are judged, where the request's time is only supposed; absent = at the request's time. */
  readonly budgetsAtMs?: number;
}
