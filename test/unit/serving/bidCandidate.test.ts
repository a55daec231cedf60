import { expect, test } from "vitest";
import { bidCandidateOf } from "../../../src/serving/bidCandidate.ts";
import type { CampaignView } from "../../../src/targeting/types.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const facts = {
  picture: { width: 1200, height: 627 },
  icon: { url: "https://images.example/i.png", side: 80 },
  attributes: [13],
};

function candidate(trade: string, bidFacts?: typeof facts) {
  const built = buildCampaign({ campaignId: 1, trade, creatives: [bidFacts ? { bidFacts } : {}] });
  const campaign: CampaignView = {
    ...built,
    zoneLabel: "",
    zoneApproximate: false,
    deals: [],
    openAuction: true,
  };
  return { campaign, creative: built.creatives[0]! };
}

test("a bid tells the trade in the exchange's own list of categories", () => {
  const roofer = candidate("couvreur");
  expect(bidCandidateOf(roofer)).toMatchObject({ categories: ["IAB10-9"], categoryTaxonomy: 1 });
  expect(bidCandidateOf(roofer, 7)).toMatchObject({
    categories: ["276", "274"],
    categoryTaxonomy: 7,
  });
  expect(bidCandidateOf(roofer, 500)).toMatchObject({ categoryTaxonomy: 1 });
});

test("a trade in unheard words is a business, and no category that a publisher would fear", () => {
  expect(bidCandidateOf(candidate("conteur"))).toMatchObject({ categories: ["IAB3"] });
});

test("what is known of a creative goes along, and what is not is said to be unknown", () => {
  expect(bidCandidateOf(candidate("couvreur", facts))).toMatchObject(facts);
  const unknown = { picture: null, icon: null, attributes: [] };
  expect(bidCandidateOf(candidate("couvreur"))).toMatchObject(unknown);
});
