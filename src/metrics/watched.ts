/** The metrics that rates are made of. */
export const watched = {
  ads: "atelier_ad_requests_total",
  adSeconds: "atelier_ad_request_seconds",
  routeSeconds: "atelier_route_request_seconds",
  invalidAds: "atelier_invalid_requests_total",
  bidRequests: "atelier_bid_requests_total",
  bids: "atelier_bids_total",
  noBids: "atelier_no_bids_total",
  bidsShed: "atelier_bids_shed_total",
  bidsRefused: "atelier_bids_refused_total",
  bidSeconds: "atelier_bid_request_seconds",
  notices: "atelier_bid_notices_total",
  losses: "atelier_bid_losses_total",
  billedMicros: "atelier_bid_billed_micros_total",
  chargedMicros: "atelier_ledger_charged_micros_total",
} as const;
