import { createRandom } from "../../src/demo/random.ts";
import { categories, communeByPopulation } from "./campaigns.ts";

/** Visitors who have scores in Redis. */
export const visitorCount = 10_000;

export type Traffic = "fill" | "no-fill" | "no consent" | BidTraffic;
type BidTraffic = "bids" | "no bids";

export const sspKey = "the-key-of-the-bench";

/** Where a kind of traffic is sent to. */
export function pathOf(traffic: Traffic): string {
  return isOfBids(traffic) ? `/openrtb2/bid/bench?key=${sspKey}` : "/v1/ads";
}

/** Request bodies as pages and exchanges send them; the same at every run. */
export function bodiesOf(traffic: Traffic, count: number): readonly string[] {
  const random = createRandom(23).next;
  if (isOfBids(traffic))
    return Array.from({ length: count }, (_, index) =>
      JSON.stringify(bidOf(traffic, index, random)),
    );
  return Array.from({ length: count }, () => {
    const commune = communeByPopulation(random);
    const body = {
      visitor: {
        id: `v-${Math.floor(random() * visitorCount)}`,
        ...(traffic === "no consent" ? {} : { gdpr: false }),
      },
      place: {
        search:
          traffic === "no-fill"
            ? { lat: 52.5 + random() * 0.1, lon: 13.4, radiusMeters: 5_000 } // Berlin: no shop of ours
            : { inseeCode: commune.inseeCode },
      },
      page: {
        url: "https://www.exemple.fr/annonces/2871",
        category: categories[Math.floor(random() * categories.length)],
        keywords: ["clio", "diesel"],
      },
      device: { type: random() < 0.7 ? "mobile" : "desktop" },
      placements: [{ id: "top", formats: ["native"], count: 1 }],
    };
    return JSON.stringify(body);
  });
}

function isOfBids(traffic: Traffic): traffic is BidTraffic {
  return traffic === "bids" || traffic === "no bids";
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
