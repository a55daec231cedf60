import { createRandom } from "../../src/demo/random.ts";
import { type VendorList, writeTcString } from "../../test/unit/consent/writeTcString.ts";
import { categories, communeByPopulation } from "./campaigns.ts";

/** Visitors who have scores in Redis. */
export const visitorCount = 10_000;

/** What is sent with a body; `pixels` (impressions) and `places` (searches for a place's name) are fetched without one. */
export type Traffic = PageTraffic | BidTraffic | "forecasts";
export type PageTraffic =
  | "fill"
  | "fill 4"
  | "no-fill"
  | "no-fill 4"
  | "no consent"
  | "consent string"
  | "no hold"
  | "fill in Paris"
  | "fill in one category";
type BidTraffic = "bids" | "no bids";

export const sspKey = "the-key-of-the-bench";

/** Where a kind of traffic is sent to. */
export function pathOf(traffic: Traffic): string {
  if (traffic === "forecasts") return "/v1/forecasts";
  return isOfBids(traffic) ? `/openrtb2/bid/bench?key=${sspKey}` : "/v1/ads";
}

/** Request bodies as pages, exchanges and the console send them; the same at every run. */
export function bodiesOf(traffic: Traffic, count: number): readonly string[] {
  const random = createRandom(23).next;
  const bodyOf = (index: number): object => {
    if (traffic === "forecasts") return forecastOf(random);
    return isOfBids(traffic) ? bidOf(traffic, index, random) : pageOf(traffic, random);
  };
  return Array.from({ length: count }, (_, index) => JSON.stringify(bodyOf(index)));
}

/** What a visitor types into the box for a place: the beginning of a commune's name, two letters or more. */
export function placeSearches(count: number): readonly string[] {
  const random = createRandom(29).next;
  return Array.from({ length: count }, () => {
    const name = communeByPopulation(random).name.toLowerCase();
    const typed = name.slice(0, 2 + Math.floor(random() * (name.length - 1)));
    return `/v1/places?q=${encodeURIComponent(typed.trim())}`;
  });
}

function isOfBids(traffic: Traffic): traffic is BidTraffic {
  return traffic === "bids" || traffic === "no bids";
}

function pageOf(traffic: PageTraffic, random: () => number): object {
  const commune = communeByPopulation(random);
  const isEmpty = traffic === "no-fill" || traffic === "no-fill 4";
  const slots = traffic === "fill 4" || traffic === "no-fill 4" ? 4 : 1;
  const place = () => {
    // Berlin: no shop of ours.
    if (isEmpty) return { lat: 52.5 + random() * 0.1, lon: 13.4, radiusMeters: 5_000 };
    if (traffic !== "fill in Paris") return { inseeCode: commune.inseeCode };
    const spread = () => (random() - 0.5) * 0.1;
    return { lat: 48.8566 + spread(), lon: 2.3522 + spread(), radiusMeters: 2_000 };
  };
  const category = Math.floor(random() * categories.length);
  return {
    visitor: { id: `v-${Math.floor(random() * visitorCount)}`, ...consentOf(traffic) },
    place: { search: place() },
    page: {
      url: "https://www.exemple.fr/annonces/2871",
      category: categories[traffic === "fill in one category" ? 0 : category],
      keywords: ["clio", "diesel"],
    },
    device: { type: random() < 0.7 ? "mobile" : "desktop" },
    placements: slotIds.slice(0, slots).map((id) => ({ id, formats: ["native"], count: 1 })),
    // Decided, signed and answered like every other, and nothing is held for it.
    ...(traffic === "no hold" ? { test: true } : {}),
  };
}

const slotIds = ["top", "side", "list", "bottom"] as const;

function consentOf(traffic: PageTraffic): object {
  if (traffic === "no consent") return {};
  return traffic === "consent string" ? { gdpr: true, consent: acceptedByMost() } : { gdpr: false };
}

let accepted: string | null = null;

/** As a French site sends it: 1,400 vendors as bit fields, 1.2 kB. */
function acceptedByMost(): string {
  accepted ??= writeTcString({
    lastUpdatedMs: Math.floor(Date.now() / 86_400_000) * 86_400_000,
    policyVersion: 5,
    specialFeatures: [1],
    purposesConsent: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    purposesLegitimateInterest: [2, 7, 8, 9, 10, 11],
    vendorConsents: mostVendors,
    vendorLegitimateInterests: mostVendors,
    disclosedVendors: mostVendors,
    publisher: { consent: [1, 2, 3, 4, 7], legitimate: [] },
  });
  return accepted;
}

const mostVendors: VendorList = {
  field: Array.from({ length: 1_400 }, (_, index) => index + 1).filter((id) => id % 7 !== 3),
  maxVendorId: 1_400,
};

/** As the console asks while a hand drags the radius. */
function forecastOf(random: () => number): object {
  const { lat, lon } = communeByPopulation(random);
  const radiusMeters = Math.round(2_000 * 25 ** random());
  return {
    zone: { include: [{ type: "circle", lat, lon, radiusMeters }], exclude: [] },
    bidMicros: 5_000_000,
    dailyBudgetMicros: 20_000_000,
    frequencyCaps: [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }],
  };
}

const native = JSON.stringify({
  ver: "1.2",
  context: 1,
  plcmttype: 1,
  assets: [
    { id: 1, required: 1, title: { len: 90 } },
    { id: 2, required: 1, img: { type: 3 } },
    { id: 3, required: 1, data: { type: 1 } },
    { id: 4, data: { type: 2, len: 140 } },
  ],
  eventtrackers: [{ event: 1, methods: [1] }],
});
/** As an exchange sends it for a page with one native slot: about 1.5 kB. */
function bidOf(traffic: BidTraffic, index: number, random: () => number): object {
  const { lat, lon } = communeByPopulation(random);
  const berlin = { lat: 52.5 + random() * 0.1, lon: 13.4, country: "DEU" };
  const geo = traffic === "bids" ? { lat, lon, country: "FRA" } : berlin;
  return {
    id: `3f9b2a44-6f0c-4d2f-9a57-${100_000_000_000 + index}`,
    at: 1,
    tmax: 2_000,
    cur: ["EUR"],
    imp: [
      {
        id: "1",
        native: { request: native, ver: "1.2" },
        bidfloor: 0.1,
        bidfloorcur: "EUR",
        secure: 1,
        tagid: "slot-1",
        displaymanager: "Prebid.js",
      },
    ],
    site: {
      id: "1234",
      domain: "exemple.fr",
      page: "https://www.exemple.fr/annonces/2871",
      cat: ["IAB2"],
      keywords: "clio,diesel",
      publisher: { id: "1001", domain: "exemple.fr" },
    },
    device: {
      ua: "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
      ip: `${(index % 200) + 1}.${index % 250}.7.1`,
      devicetype: 4,
      language: "fr",
      geo: { ...geo, type: 1, accuracy: 30 },
    },
    user: { eids: [{ source: "id.example", uids: [{ id: `v-${index}`, atype: 1 }] }] },
    regs: { gdpr: 0 },
    source: {
      schain: { ver: "1.0", complete: 1, nodes: [{ asi: "exemple.fr", sid: "1", hp: 1 }] },
    },
    bcat: ["IAB7-39", "IAB25", "IAB26"],
    badv: ["concurrent.example", "autre.example"],
  };
}
