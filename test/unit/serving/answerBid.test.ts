import { describe, expect, test } from "vitest";
import type { AnswerBidDeps, BidResult } from "../../../src/serving/answerBid.ts";
import { testNowMs } from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { bidders, bodyOf, createTestBidding } from "../../support/openrtb/testBidding.ts";

const banner = { format: [{ w: 300, h: 250 }] };
const picture = { format: "image" } as const;
const campaign = (campaignId: number, bidMicros = 5_000_000, fields = {}) =>
  buildCampaign({
    campaignId,
    bidMicros,
    trade: `métier ${campaignId}`,
    creatives: [{ ...picture, creativeId: campaignId }],
    ...fields,
  });
const request = (fields = {}) => ({
  id: "r1",
  imp: [{ id: "1", banner }],
  regs: { gdpr: 0 },
  at: 1,
  cur: ["EUR"],
  ...fields,
});
const withReasons = (reasons = true) => ({
  answer: {
    seat: "s",
    wantsNoBidReasons: reasons,
    clickMacro: null,
    priceMacro: "[PRICE]",
    holdSeconds: 120,
    domain: "ads.example",
  },
});

describe("a bid request", () => {
  test("is won by who wins a page, priced less the margin", async () => {
    const bidding = createTestBidding([campaign(1), campaign(2, 6_000_000)]);
    const result = await bidding.ask(request());
    expect(bidders(result)).toEqual({ "1": 2 });
    expect(bodyOf(result)).toMatchObject({ cur: "EUR", seatbid: [{ bid: [{ price: 5.4 }] }] });
    expect(result).toMatchObject({ reason: null, bids: 1 });
  });

  test("fills each imp with another shop and another trade", async () => {
    const imps = ["a", "b", "c"].map((id) => ({ id, banner }));
    const twice = { advertiserId: 1001, trade: "métier 1" };
    const shops = [campaign(1), campaign(2, 4_900_000, twice), campaign(3, 4_800_000)];
    const result = await createTestBidding(shops).ask(request({ imp: imps }));
    expect(bidders(result)).toEqual({ a: 1, b: 3 });
  });

  test("holds the part of the price that wins are likely to take, rounded up, for the SSP's time", async () => {
    const bidding = createTestBidding([campaign(1)], { winRateUpper: 0.0301, ssp: withReasons() });
    await bidding.ask(request());
    expect(bidding.trips).toEqual([
      [expect.objectContaining({ amountMicros: 151, priceMicros: 5_000 })],
    ]);
    expect(bidding.contexts[0]).toMatchObject({
      timeToLiveMs: 120_000,
      visitorKey: null,
      pageViewKey: null,
    });
  });

  test("holds at least a micro, and for clicks the same part of what a click's view may cost", async () => {
    const clicks = { pricing: "cpc", bidMicros: 400_000, clickRateUpper: 0.02, clickRate: 0.01 };
    const bidding = createTestBidding([campaign(1, 0, clicks)], { winRateUpper: 0.5 });
    await bidding.ask(request());
    expect(bidding.trips[0]?.[0]).toMatchObject({ amountMicros: 4_000, priceMicros: 400_000 });
    const seldom = createTestBidding([campaign(1, 0, clicks)], { winRateUpper: 1e-9 });
    await seldom.ask(request());
    expect(seldom.trips[0]?.[0]).toMatchObject({ amountMicros: 1 });
  });

  test("of an SSP's server stands for its device's network, or for itself where none is told, or of a child", async () => {
    const bidding = createTestBidding([campaign(1)]);
    await bidding.ask(request({ device: { ip: "203.0.113.9" } }));
    await bidding.ask(request());
    await bidding.ask(request({ device: { ip: "203.0.113.9" }, regs: { gdpr: 0, coppa: 1 } }));
    const keys = bidding.contexts.map(({ addressKey }) => addressKey);
    expect(keys[0]).toBe("network of 203.0.113.9");
    expect(keys[1]).toBe(bidding.notices[1]?.decisionId);
    expect(keys[2]).toBe(bidding.notices[2]?.decisionId);
  });

  // A page may say "coppa" as it likes: with a name of its own for each request it froze small budgets.
  test("of a page stands for its connection's network whatever it says, and also of a child", async () => {
    const bidding = createTestBidding([campaign(1)], { ssp: { openToBrowsers: true } });
    const page = { kind: "page", address: "198.51.100.7" } as const;
    const claims = [
      request(),
      request({ device: { ip: "203.0.113.9" } }),
      request({ regs: { gdpr: 0, coppa: 1 } }),
      request({ device: { ip: "203.0.113.9", lmt: 1 }, regs: { gdpr: 0, coppa: 1 } }),
    ];
    for (const body of claims) await bidding.ask(body, 5_000, page);
    await bidding.ask(request({ regs: { gdpr: 0, coppa: 1 } }), 5_000, { ...page, address: null });
    const keys = bidding.contexts.map(({ addressKey }) => addressKey);
    expect(keys).toEqual([...claims.map(() => "network of 198.51.100.7"), "network of null"]);
  });

  test("signs for pixel and notices alike whose bid it is, and calls its slot by the SSP", async () => {
    const bidding = createTestBidding([campaign(1)]);
    await bidding.ask(request());
    const shared = {
      slot: 0,
      campaignId: 1,
      creativeId: 1,
      advertiserId: 1001,
      holdId: "hold-1",
      budgetDay: "2026-03-12",
      issuedAtMs: testNowMs,
      test: false,
    };
    expect(bidding.tokens).toEqual([
      expect.objectContaining({
        ...shared,
        placementId: "ssp/demo",
        priceMicros: 5_000,
        pricing: "cpm",
      }),
    ]);
    expect(bidding.notices).toEqual([
      expect.objectContaining({
        ...shared,
        sspId: 3,
        priceMicros: 4_500_000,
        costMicros: 4_500_000,
        currency: "EUR",
      }),
    ]);
  });

  test("leads to the page of its reasons: in the notice of a banner, as privacy link of a native ad", async () => {
    const place = { geo: { type: 1, lat: 45.8336, lon: 1.2611, accuracy: 20, country: "FRA" } };
    const aboutUrlOf: AnswerBidDeps["aboutUrlOf"] = ({ campaignId, place: by, audience }) =>
      `https://ads.example/pourquoi/${campaignId}-${by}-${audience}`;
    const shown = campaign(1, 5_000_000, { creatives: [picture, { format: "native" }] });
    const bidding = createTestBidding([shown], { ports: { aboutUrlOf } });
    const dsa = { dsarequired: 3, pubrender: 0, datatopub: 2 };
    const regs = { gdpr: 0, ext: { dsa } };
    const asBanner = await bidding.ask(request({ regs, device: place }));
    const adm = (result: BidResult) => bodyOf(result).seatbid?.[0]?.bid[0]?.adm ?? "";
    expect(adm(asBanner)).toContain('<a href="https://ads.example/pourquoi/1-device-false"');
    const ask = { ver: "1.2", privacy: 1, assets: [{ id: 1, required: 1, title: { len: 90 } }] };
    const imp = [{ id: "1", native: { ver: "1.2", request: JSON.stringify(ask) } }];
    const asNative = await bidding.ask(request({ imp }));
    expect(JSON.parse(adm(asNative)).privacy).toMatch(/pourquoi\/1-(null|device)-false$/);
  });

  test("is learnt from and told to the event stream, as an offer", async () => {
    const bidding = createTestBidding([campaign(1)]);
    await bidding.ask(request());
    expect(bidding.noted).toEqual([1]);
    expect(bidding.events).toMatchObject([
      {
        schema: "bid_decision.v1",
        payload: {
          ssp: "demo",
          currency: "EUR",
          ads: [{ campaignId: 1 }],
          bids: [{ impId: "1", priceMicros: 4_500_000, dealId: null }],
        },
      },
    ]);
  });

  test("of a test holds nothing, is signed as one and leaves no trace", async () => {
    const bidding = createTestBidding([campaign(1)]);
    const result = await bidding.ask(request({ test: 1 }));
    expect(bidders(result)).toEqual({ "1": 1 });
    expect(bidding).toMatchObject({ trips: [], noted: [], events: [] });
    expect(bidding.tokens).toMatchObject([{ test: true, holdId: null }]);
    expect(bidding.notices).toMatchObject([{ test: true, holdId: null }]);
  });

  test("is not sold house ads", async () => {
    const result = await createTestBidding([campaign(1, 5_000_000, { priority: "house" })]).ask(
      request(),
    );
    expect(result).toMatchObject({ answer: { status: 204 }, reason: "no_campaign" });
  });

  test("from another country is nobody's", async () => {
    const abroad = { device: { geo: { country: "DEU" } } };
    expect(await createTestBidding([campaign(1)]).ask(request(abroad))).toMatchObject({ bids: 0 });
    const overseas = { device: { geo: { country: "REU" } } };
    expect(await createTestBidding([campaign(1)]).ask(request(overseas))).toMatchObject({
      bids: 1,
    });
  });

  test("of a bot or a data centre is nobody's, but a silent device's is not", async () => {
    const asked: (string | undefined)[] = [];
    const bidding = createTestBidding([campaign(1)], {
      ports: {
        screenCaller({ userAgent, address }) {
          asked.push(userAgent);
          if (userAgent === "Googlebot") return "bot";
          return address === "198.51.100.1" ? "data_centre" : null;
        },
      },
    });
    const reasonOf = async (device: object) => (await bidding.ask(request({ device }))).reason;
    expect(await reasonOf({ ua: "Googlebot" })).toBe("robot");
    expect(await reasonOf({ ip: "198.51.100.1" })).toBe("data_centre");
    expect(await reasonOf({})).toBe(null);
    expect(asked.at(-1)).not.toBe("");
  });
});

describe("who is refused money", () => {
  const refuse = (refused: number) => (hold: { readonly campaignId: number }) =>
    hold.campaignId === refused
      ? ({ held: false, reason: "daily_budget" } as const)
      : ({ held: true, holdId: `hold-${hold.campaignId}`, budgetDay: "2026-03-12" } as const);

  test("gives way to the next in rank, in a second trip", async () => {
    const shops = [campaign(1, 6_000_000), campaign(2), campaign(3, 4_000_000)];
    const bidding = createTestBidding(shops, { hold: refuse(1) });
    expect(bidders(await bidding.ask(request()))).toEqual({ "1": 2 });
    expect(bidding.trips.map((trip) => trip.map(({ campaignId }) => campaignId))).toEqual([
      [1],
      [2],
    ]);
  });

  test("is not asked again at once", async () => {
    const bidding = createTestBidding([campaign(1, 6_000_000), campaign(2)], { hold: refuse(1) });
    await bidding.ask(request());
    await bidding.ask(request());
    expect(bidding.trips.at(-1)).toMatchObject([{ campaignId: 2 }]);
  });

  test("leaves no bid when nobody is next", async () => {
    const bidding = createTestBidding([campaign(1)], { hold: refuse(1) });
    expect(await bidding.ask(request())).toMatchObject({
      answer: { status: 204 },
      reason: "no_campaign",
    });
  });
});

describe("who cannot offer what the exchange takes", () => {
  const macroInText = { landingUrl: `https://artisan.example/\${X}` };

  test("gives way to the next in rank before anything is held", async () => {
    // Macros in a shop's own address are nothing that the search looks at.
    const unfit = [1, 2, 3].map((id) =>
      campaign(id, 9_000_000 - id * 1_000, {
        creatives: [{ ...picture, ...macroInText, creativeId: id }],
      }),
    );
    const bidding = createTestBidding([...unfit, campaign(7)]);
    expect(bidders(await bidding.ask(request()))).toEqual({ "1": 7 });
    expect(bidding.trips.map((trip) => trip.map(({ campaignId }) => campaignId))).toEqual([[7]]);
  });

  test("gives way beyond those that one decision ranks", async () => {
    const unfit = Array.from({ length: 9 }, (_, index) =>
      campaign(index + 1, 9_000_000 - index * 1_000, {
        creatives: [{ ...picture, ...macroInText, creativeId: index + 1 }],
      }),
    );
    const result = await createTestBidding([...unfit, campaign(77)]).ask(request());
    expect(bidders(result)).toEqual({ "1": 77 });
  });

  test("says so when nobody else is there", async () => {
    const unfit = campaign(1, 9_000_000, {
      creatives: [{ ...picture, ...macroInText, creativeId: 1 }],
    });
    expect(await createTestBidding([unfit]).ask(request())).toMatchObject({
      reason: "no_creative",
    });
  });
});

describe("no bid says why, where that is wanted", () => {
  const cases: readonly (readonly [string, object, string, number])[] = [
    [
      "a floor that nobody reaches",
      { imp: [{ id: "1", banner, bidfloor: 50, bidfloorcur: "EUR" }] },
      "below_floor",
      503,
    ],
    [
      "a size that nobody has",
      { imp: [{ id: "1", banner: { w: 320, h: 50 } }] },
      "no_campaign",
      500,
    ],
    [
      "only video",
      { imp: [{ id: "1", video: { mimes: ["video/mp4"] } }] },
      "unsupported_media",
      501,
    ],
    ["an unknown currency", { cur: ["ZWL"] }, "unknown_currency", 502],
    [
      "a floor in an unknown currency",
      { imp: [{ id: "1", banner, bidfloor: 1, bidfloorcur: "ZWL" }] },
      "unknown_currency",
      502,
    ],
    ["another seat", { wseat: ["other"] }, "blocked_seat", 504],
    [
      "a private auction without our deals",
      { imp: [{ id: "1", banner, pmp: { private_auction: 1, deals: [{ id: "d" }] } }] },
      "no_deal",
      505,
    ],
    ["a blocked category", { bcat: ["IAB3"], cattax: 1 }, "no_creative", 506],
  ];
  test.each(cases)("%s", async (_what, fields, reason, nbr) => {
    const bakers = campaign(1, 5_000_000, { trade: "boulanger" });
    const silent = createTestBidding([bakers], { ssp: withReasons(false) });
    const blocked = reason === "no_creative" ? { badv: ["artisan.example"] } : {};
    const body = request({ ...fields, ...blocked });
    expect(await silent.ask(body)).toMatchObject({ answer: { status: 204 } });
    const telling = createTestBidding([bakers], { ssp: withReasons() });
    expect(await telling.ask(body)).toMatchObject({
      reason,
      answer: { status: 200, body: { id: "r1", nbr } },
    });
  });
});

describe("time", () => {
  test("that is over before it begins gets no bid, and nothing is decided", async () => {
    const bidding = createTestBidding([campaign(1)]);
    expect(await bidding.ask(request(), 0.4)).toMatchObject({ reason: "no_time" });
    expect(bidding.trips).toEqual([]);
  });

  test("that ends while money is held gives no bid, and the money back", async () => {
    const clock = { ms: 0 };
    const bidding = createTestBidding([campaign(1)], {
      hold: (hold) => {
        clock.ms = 101;
        return { held: true, holdId: `hold-${hold.campaignId}`, budgetDay: "2026-03-12" };
      },
      ports: { monotonicMs: () => clock.ms },
    });
    expect(await bidding.ask(request(), 100)).toMatchObject({
      reason: "no_time",
      answer: { status: 204 },
    });
    expect(bidding.released).toEqual(["hold-1"]);
    expect(bidding.noted).toEqual([]);
  });

  test("is kept by who waits for a store that does not answer", async () => {
    const bidding = createTestBidding([campaign(1)], {
      ports: { holdBudgets: () => new Promise(() => undefined) },
    });
    expect(await bidding.ask(request(), 20)).toMatchObject({ reason: "no_time" });
  });
});

describe("a store that is away", () => {
  test("leaves no bid and no wait", async () => {
    const away = createTestBidding([campaign(1)], {
      hold: () => ({ held: false, reason: "unavailable" }),
    });
    expect(await away.ask(request())).toMatchObject({ bids: 0 });
    const visitorAway = createTestBidding([campaign(1)], {
      ports: { visitorOfBid: () => "v1", readVisitor: async () => ({ ok: false }) },
    });
    expect(await visitorAway.ask(request())).toMatchObject({ reason: "technical_error" });
    const paused = createTestBidding([campaign(1)], { ports: { paidAllowed: () => false } });
    expect(await paused.ask(request())).toMatchObject({ reason: "technical_error" });
  });
});

describe("a visitor", () => {
  const capped = campaign(1, 5_000_000, {
    frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 3_600 }],
  });
  const knownAs = (visitorId: string | null) => ({ ports: { visitorOfBid: () => visitorId } });

  test("who is known may be shown what is capped, under a key of his own", async () => {
    const bidding = createTestBidding([capped], knownAs("v1"));
    expect(bidders(await bidding.ask(request()))).toEqual({ "1": 1 });
    expect(bidding.contexts).toMatchObject([{ visitorKey: "key of v1" }]);
  });

  test("who is unknown, a child or without consent to store is not", async () => {
    const unknown = createTestBidding([capped], knownAs(null));
    expect(await unknown.ask(request())).toMatchObject({ bids: 0 });
    const known = createTestBidding([capped], knownAs("v1"));
    expect(await known.ask(request({ regs: { gdpr: 0, coppa: 1 } }))).toMatchObject({ bids: 0 });
    expect(await known.ask(request({ regs: { gdpr: 1 } }))).toMatchObject({ bids: 0 });
  });
});
