import { describe, expect, test } from "vitest";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import { rates } from "../../support/openrtb/bidSamples.ts";
import { bidders, bodyOf, createTestBidding } from "../../support/openrtb/testBidding.ts";
import { validateBidResponse } from "../../support/openrtb/validateBidResponse.ts";

const banner = { w: 300, h: 250 };
const image = { format: "image" } as const;

async function ask(campaigns: readonly CampaignFields[], imp: object, top: object = {}) {
  const bidding = createTestBidding(campaigns.map(buildCampaign));
  const body = { id: "r", cur: ["EUR"], regs: { gdpr: 0 }, ...top };
  const whole = { ...body, imp: [{ id: "1", bidfloorcur: "EUR", ...imp }] };
  const result = await bidding.ask(whole);
  const parsed = parseBidRequest(whole);
  if (parsed.ok && result.answer.status === 200)
    expect(validateBidResponse(parsed.request, result.answer.body, { rates })).toEqual([]);
  return { result, trips: bidding.trips };
}

/** A hundred shops that pay more and more, whose titles are all too long but for the last two, who pay least. */
const wordy = Array.from({ length: 100 }, (_, index) => ({
  campaignId: index + 1,
  bidMicros: 9_000_000 - 10_000 * index,
  creatives: [
    {
      content: {
        title: index < 98 ? `Une très longue annonce n° ${index}` : "Courte",
        text: "Devis gratuit.",
        callToAction: "Devis",
        imageUrl: "https://images.example/a.jpg",
      },
    },
  ],
}));

describe("who bids", () => {
  test("is the best of those that fit, however many that do not fit pay more, in one trip", async () => {
    const native = {
      request: JSON.stringify({ assets: [{ id: 1, required: 1, title: { len: 15 } }] }),
    };
    const { result, trips } = await ask(wordy, { native });
    expect(bidders(result)).toEqual({ "1": 99 });
    expect(trips.map((trip) => trip.map(({ campaignId }) => campaignId))).toEqual([[99]]);
  });

  test("is told with the trade in the exchange's own list, and passes over what it blocks there", async () => {
    const campaigns = [
      { campaignId: 1, trade: "caviste", bidMicros: 9_000_000, creatives: [image] },
      { campaignId: 2, trade: "couvreur", creatives: [image] },
    ];
    const { result } = await ask(campaigns, { banner }, { cattax: 7, bcat: ["211"] });
    expect(bodyOf(result).seatbid?.[0]?.bid[0]).toMatchObject({
      cid: "2",
      cat: ["276", "274"],
      cattax: 7,
    });
  });

  test("bids by its deal where it has one, and reaches the deal's floor rather than the open one", async () => {
    const deals = [{ ssp: "demo", id: "d2" }];
    const campaigns = [
      { campaignId: 1, bidMicros: 4_000_000, creatives: [image] },
      { campaignId: 2, bidMicros: 3_000_000, creatives: [image], deals, openAuction: false },
    ];
    const pmp = {
      deals: [
        { id: "d1", bidfloor: 0 },
        { id: "d2", bidfloor: 2.5, bidfloorcur: "EUR" },
      ],
    };
    const { result } = await ask(campaigns, { banner, bidfloor: 5, pmp });
    expect(bodyOf(result).seatbid?.[0]?.bid[0]).toMatchObject({
      cid: "2",
      dealid: "d2",
      price: 2.7,
    });
    const open = await ask(campaigns, { banner, bidfloor: 3.5 });
    expect(bidders(open.result)).toEqual({ "1": 1 });
    expect(bodyOf(open.result).seatbid?.[0]?.bid[0]).not.toHaveProperty("dealid");
  });

  test("may want pages about something, which the exchange says in its own codes", async () => {
    const campaigns = [
      { campaignId: 1, bidMicros: 9_000_000, wantedCategories: ["vehicules"], creatives: [image] },
      { campaignId: 2, avoidedCategories: ["maison"], creatives: [image] },
    ];
    const on = async (site: object) =>
      bidders((await ask(campaigns, { banner }, { site })).result)["1"];
    expect(await on({ pagecat: ["IAB2-3"], cat: ["IAB10"] })).toBe(1);
    expect(await on({ cat: ["30"], cattax: 6 })).toBe(1);
    expect(await on({ cat: ["IAB12"] })).toBe(2);
    expect(await on({ cat: ["IAB10-4"] })).toBeUndefined();
  });

  test("shows the banner of the size in two imps that both could be cards, once a shop", async () => {
    const campaigns = [{ campaignId: 1, creatives: [{}, image] }];
    const bidding = createTestBidding(campaigns.map(buildCampaign));
    const imp = ["1", "2"].map((id) => ({ id, banner }));
    const result = await bidding.ask({ id: "r", cur: ["EUR"], regs: { gdpr: 0 }, imp });
    expect(bidders(result)).toEqual({ "1": 1 });
    expect(bodyOf(result).seatbid?.[0]?.bid[0]?.crid).toMatch(/^11-/);
  });
});
