import { describe, expect, test } from "vitest";
import { rates } from "../../support/openrtb/bidSamples.ts";
import { answerGolden } from "../../support/openrtb/goldenAnswer.ts";
import { validateBidResponse } from "../../support/openrtb/validateBidResponse.ts";

type Fields = Record<string, unknown>;
interface Body extends Fields {
  seatbid: { bid: Fields[] }[];
}

const assets = [
  { id: 1, required: 1, title: { len: 30 } },
  { id: 2, required: 0, img: { wmin: 600, hmin: 300 } },
];
const nativeRequest = JSON.stringify({
  ver: "1.2",
  assets,
  eventtrackers: [{ event: 1, methods: [1] }],
});

const { request, built } = answerGolden({
  description: "",
  request: {
    id: "r-1",
    cur: ["EUR"],
    at: 1,
    badv: ["casino.example"],
    bcat: ["IAB25"],
    acat: ["IAB10"],
    wlang: ["fr"],
    wseat: ["atelier"],
    regs: { ext: { dsa: { dsarequired: 3, pubrender: 1, datatopub: 2 } } },
    imp: [
      {
        id: "1",
        secure: 1,
        exp: 300,
        bidfloor: 2,
        bidfloorcur: "EUR",
        banner: { w: 300, h: 250, battr: [3] },
        pmp: { private_auction: 0, deals: [{ id: "d1", bidfloor: 1, wadomain: ["ford.example"] }] },
      },
      { id: "2", secure: 1, native: { request: nativeRequest, ver: "1.2", battr: [3] } },
    ],
  },
  offers: [
    { creative: { format: "image" } },
    { impId: "2", picture: { width: 1_200, height: 627 } },
  ],
  expected: { status: 200 },
});

function answer(change: (body: Body, banner: Fields, native: Fields) => void): readonly string[] {
  const valid = built.answer.status === 200 ? built.answer.body : null;
  const body = structuredClone(valid) as unknown as Body;
  const [banner = {}, native = {}] = body.seatbid[0]?.bid ?? [];
  change(body, banner, native);
  return validateBidResponse(request, body, { rates });
}

function changeAd(native: Fields, change: (ad: Fields & { assets: Fields[] }) => void): void {
  const ad = JSON.parse(String(native.adm));
  change(ad);
  native.adm = JSON.stringify(ad);
}

test("a valid answer has no problem", () => {
  expect(built.refused).toEqual([]);
  expect(answer(() => {})).toEqual([]);
});

const breaches: readonly (readonly [string, Parameters<typeof answer>[0], RegExp])[] = [
  [
    "another request's id",
    (body) => {
      body.id = "r-2";
    },
    /^id is not the request's/,
  ],
  [
    "a currency that was not named",
    (body) => {
      body.cur = "USD";
    },
    /cur USD/,
  ],
  [
    "no bids and no reason",
    (body) => {
      Reflect.deleteProperty(body, "seatbid");
    },
    /required property 'seatbid'/,
  ],
  [
    "an unknown field",
    (_, bid) => {
      bid.creative = "x";
    },
    /additional properties/,
  ],
  [
    "a crid of 65 characters",
    (_, bid) => {
      bid.crid = "x".repeat(65);
    },
    /crid.*64/,
  ],
  [
    "an unknown imp",
    (_, bid) => {
      bid.impid = "9";
    },
    /imp is not in the request/,
  ],
  [
    "two bids for an imp",
    (body, bid) => {
      body.seatbid[0]?.bid.push(bid);
    },
    /two bids for imp 1/,
  ],
  [
    "another seat",
    (body) => {
      Object.assign(body.seatbid[0] ?? {}, { seat: "x" });
    },
    /wseat/,
  ],
  [
    "a price of nothing",
    (_, bid) => {
      bid.price = 0;
    },
    /price.*> 0/,
  ],
  [
    "a price below the floor",
    (_, bid) => {
      bid.price = 1.999999;
    },
    /below the floor/,
  ],
  [
    "a price finer than a micro",
    (_, bid) => {
      bid.price = 2.1234567;
    },
    /finer than a micro/,
  ],
  [
    "an unknown deal",
    (_, bid) => {
      bid.dealid = "d9";
    },
    /dealid/,
  ],
  [
    "another advertiser's deal",
    (_, bid) => {
      bid.dealid = "d1";
    },
    /other advertisers/,
  ],
  [
    "a blocked domain",
    (_, bid) => {
      bid.adomain = ["www.casino.example"];
    },
    /badv/,
  ],
  [
    "a blocked category",
    (_, bid) => {
      bid.cat = ["IAB25-3", "IAB10"];
    },
    /bcat/,
  ],
  [
    "no allowed category",
    (_, bid) => {
      bid.cat = ["IAB2"];
    },
    /acat/,
  ],
  [
    "another language",
    (_, bid) => {
      bid.language = "en";
    },
    /wlang/,
  ],
  [
    "a blocked attribute",
    (_, bid) => {
      bid.attr = [3];
    },
    /battr/,
  ],
  [
    "a blocked attribute of a native ad",
    (_, __, bid) => {
      bid.attr = [3];
    },
    /battr/,
  ],
  [
    "another size",
    (_, bid) => {
      bid.w = 320;
    },
    /320 × 250/,
  ],
  [
    "no size",
    (_, bid) => {
      Reflect.deleteProperty(bid, "w");
    },
    /w and h are missing/,
  ],
  [
    "the wrong medium",
    (_, bid) => {
      bid.mtype = 4;
    },
    /mtype is native/,
  ],
  [
    "plain http",
    (_, bid) => {
      bid.adm = String(bid.adm).replace("https:", "http:");
    },
    /plain-http/,
  ],
  [
    "markup that is open",
    (_, bid) => {
      bid.adm = String(bid.adm).replace("</a>", "");
    },
    /well-formed/,
  ],
  [
    "an attribute without its quotes",
    (_, bid) => {
      bid.adm = "<div style=x></div>";
    },
    /well-formed/,
  ],
  [
    "too long a wait",
    (_, bid) => {
      bid.exp = 301;
    },
    /exp/,
  ],
  [
    "no DSA object",
    (_, bid) => {
      Reflect.deleteProperty(bid, "ext");
    },
    /ext\.dsa is required/,
  ],
  [
    "no JSON for a native ad",
    (_, __, bid) => {
      bid.adm = "<div></div>";
    },
    /JSON of a native ad/,
  ],
  [
    "a root that was not there",
    (_, __, bid) => {
      bid.adm = `{"native":${bid.adm}}`;
    },
    /root/,
  ],
  [
    "no required asset",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.assets.shift();
      }),
    /asset 1 is required/,
  ],
  [
    "too long a title",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.assets[0] = { id: 1, title: { text: "x".repeat(31) } };
      }),
    /too long/,
  ],
  [
    "too small a picture",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.assets[1] = { id: 2, img: { url: "https://x.example/a", w: 599, h: 300 } };
      }),
    /too small/,
  ],
  [
    "an asset of two kinds",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        Object.assign(ad.assets[0] ?? {}, { data: { value: "x" } });
      }),
    /oneOf|exactly one/,
  ],
  [
    "an asset that was not asked for",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.assets.push({ id: 9, data: { value: "x" } });
      }),
    /asset 9 was not asked for/,
  ],
  [
    "a tracker that was not offered",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.eventtrackers = [{ event: 2, method: 1, url: "https://x.example" }];
      }),
    /event 2 by method 1/,
  ],
  [
    "a privacy link nobody asked for",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.privacy = "https://x.example";
      }),
    /privacy/,
  ],
  [
    "another version",
    (_, __, bid) =>
      changeAd(bid, (ad) => {
        ad.ver = "1.1";
      }),
    /ver is not 1\.2/,
  ],
];

describe("a strict exchange sees", () => {
  test.each(breaches)("%s", (_, change, problem) => {
    expect(answer(change).join("\n")).toMatch(problem);
  });
});
