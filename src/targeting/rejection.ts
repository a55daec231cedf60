/** Why a campaign did not show: the first rule that refused it, with the figures that rule looked at. */
export interface Rejection {
  readonly campaignId: number;
  readonly rule: RejectionRule;
  readonly figures: Readonly<Record<string, string | number | boolean | null>>;
}

export type RejectionRule =
  | "unknown_campaign"
  | "status"
  | "dates"
  | "daypart"
  | "no_creative"
  | "budget"
  | "pacing"
  | "place_unknown"
  | "place_intention"
  | "zone"
  | "category"
  | "keyword"
  | "device"
  | "audience"
  | "no_stable_visitor"
  | "frequency_cap"
  | "format"
  | "size"
  | "blocked_by_placement"
  | "floor"
  | "exchange_terms"
  | "exchange_house"
  | "exchange_category"
  | "exchange_deal"
  | "exchange_floor"
  | "exchange_advertiser"
  | "exchange_attribute"
  | "exchange_insecure"
  | "exchange_media"
  | "competitor_on_page"
  | "outranked";
