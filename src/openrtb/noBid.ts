import type { AnswerSettings, BidAnswer } from "./bidTypes.ts";

/**
 * Why we do not bid, and the code that says so (`nbr`). Below 500 the list of OpenRTB 3.0 has the code; those from 500 on are
 * ours, and are told to SSPs in docs/ssp-operations.md.
 */
export const noBidCodes = {
  technical_error: 1,
  invalid_request: 2,
  robot: 3,
  suspicious_traffic: 4,
  data_centre: 5,
  unsupported_device: 6,
  blocked_publisher: 7,
  unmatched_user: 8,
  user_cap: 9,
  domain_cap: 10,
  ads_txt_unavailable: 11,
  ads_txt_violation: 12,
  no_time: 15,
  incomplete_chain: 16,
  blocked_chain: 17,
  /** Nothing that we have may show here now. */
  no_campaign: 500,
  /** Neither banner nor native was asked for. */
  unsupported_media: 501,
  /** No currency of the request is known to us today. */
  unknown_currency: 502,
  below_floor: 503,
  /** Our seat is not wanted. */
  blocked_seat: 504,
  /** Only deals that we do not have are wanted. */
  no_deal: 505,
  /** What could show does not fit what the markup may be. */
  no_creative: 506,
  /** More was sent than the agreed queries per second. */
  over_quota: 507,
} as const;

export type NoBidReason = keyof typeof noBidCodes;

const silence: BidAnswer = { status: 204 };

/** No bid: 204, or 200 with the reason where the SSP wants it and the request could be read as far as its id. */
export function noBid(
  requestId: string | null,
  reason: NoBidReason,
  settings: Pick<AnswerSettings, "wantsNoBidReasons">,
): BidAnswer {
  if (!settings.wantsNoBidReasons || requestId === null) return silence;
  return { status: 200, body: { id: requestId, nbr: noBidCodes[reason] } };
}
