import { expect, test } from "vitest";
import type { Quote } from "../../../src/serving/bidQuote.ts";
import { createFitting } from "../../../src/serving/fittingDecision.ts";
import type { AdRequest, Candidate, Decision } from "../../../src/targeting/types.ts";

const candidate = (id: number): Candidate =>
  ({
    campaign: { campaignId: id, advertiserId: id, trade: "" },
    creative: { creativeId: id },
  }) as Candidate;
const [unfit, good, other, alsoUnfit] = [1, 2, 3, 4].map(candidate) as [
  Candidate,
  Candidate,
  Candidate,
  Candidate,
];
const decided: Decision = {
  placements: [
    { placementId: "1", count: 1, winners: [unfit], ranked: [unfit, good, alsoUnfit, other] },
  ],
  scanned: 4,
  scanCapped: false,
};
const asked = { placements: [] } as unknown as AdRequest;
const delivery = { exhaustedUntilMs: new Map(), throttles: new Map() };

function decideOnce() {
  const unfitIds = [1, 4];
  const fitting = createFitting({
    decide: () => decided,
    quote: ({ creative }) =>
      unfitIds.includes(creative.creativeId) ? "no_creative" : ({} as Quote),
    onUnfit: () => undefined,
  });
  const [placement] = fitting.decide(asked, delivery).placements;
  if (placement === undefined) throw new Error("a placement is missing");
  return placement;
}

test("who has no offer gives way to the next in rank, and is in no reserve", () => {
  const placement = decideOnce();
  expect(placement.winners).toEqual([good]);
  expect(placement.ranked).toEqual([good, other]);
});

test("nothing of a request is kept by a hidden class: the accessor is no property of the decision itself", () => {
  const placement = decideOnce();
  expect(Object.getOwnPropertyDescriptor(placement, "ranked")).toBeUndefined();
  expect(Object.getPrototypeOf(placement)).toBe(Object.getPrototypeOf(decideOnce()));
});
