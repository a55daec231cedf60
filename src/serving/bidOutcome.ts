import type { NoBidReason } from "../openrtb/noBid.ts";
import type { ShedReason } from "./bidAdmission.ts";

/** What became of a request of an SSP that we know, for the metrics. */
export type BidOutcome =
  | { readonly kind: "bid"; readonly bids: number }
  | { readonly kind: "no_bid"; readonly reason: NoBidReason }
  /** Not looked at. */
  | { readonly kind: "shed"; readonly reason: ShedReason }
  /** Not let in (401, 403) or not to be read (400, 413, 415). */
  | { readonly kind: "refused"; readonly status: number };
