import { expect, it } from "vitest";
import { encodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { landingAddress } from "../../../src/serving/landingAddress.ts";
import type { TrackingClaims } from "../../../src/serving/ports.ts";

const facets = {
  device: 1,
  category: 0,
  area: encodeAreaKey("commune", "87085"),
  cell: -1,
  reach: -1,
};
const claims: TrackingClaims = {
  decisionId: "d",
  slot: 0,
  campaignId: 12,
  creativeId: 34,
  advertiserId: 5,
  placementId: "haut de page",
  pricing: "cpm",
  priceMicros: 1,
  holdId: null,
  budgetDay: "2026-06-01",
  issuedAtMs: 0,
  expiresAtMs: 1,
  test: false,
  mayMeasure: true,
  pageViewKey: null,
  facets,
};
const landingUrl =
  "https://a.example.fr/?c={campaign_id}&k={creative_id}&p={placement}&s={site}&v={commune}";

it("a click fills in what it knows, no finer than the commune, and only where it may be measured", () => {
  const click = { clickId: "abc", refererHost: "www.leboncoin.fr" };
  expect(landingAddress({ landingUrl }, claims, click)).toBe(
    "https://a.example.fr/?c=12&k=34&p=haut%20de%20page&s=www.leboncoin.fr&v=87085&atelier_click=abc",
  );
  const unmeasured = { ...claims, mayMeasure: false };
  const nothing = { clickId: null, refererHost: null };
  expect(landingAddress({ landingUrl }, unmeasured, nothing)).toBe(
    "https://a.example.fr/?c=12&k=34&p=haut%20de%20page&s=&v=",
  );
  const wide = { ...claims, facets: { ...facets, area: encodeAreaKey("departement", "87") } };
  expect(landingAddress({ landingUrl }, wide, nothing)).toMatch(/&v=$/);
});

it("the click id is named once, and utm parameters only where the campaign adds them", () => {
  const click = { clickId: "abc", refererHost: null };
  const own = { landingUrl: "https://a.example.fr/?id={click_id}" };
  expect(landingAddress(own, claims, click)).toBe("https://a.example.fr/?id=abc");
  const tagged = { ...own, campaignName: "Été", utmTagging: true };
  expect(landingAddress(tagged, claims, click)).toBe(
    "https://a.example.fr/?id=abc&utm_source=leboncoin&utm_medium=display&utm_campaign=ete",
  );
});
