import { placesToDemoPlaces } from "../../src/demo/demoPlaces.ts";
import type { DemoCampaign, DemoShop } from "../../src/demo/demoTypes.ts";
import { generateDemo } from "../../src/demo/generateDemo.ts";
import { createRandom } from "../../src/demo/random.ts";
import { demoSegments } from "../../src/demo/segments.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { buildCampaign } from "./campaignBuilder.ts";
import { frenchPlaces, zoneOf } from "./geography.ts";

export const demoNowMs = Date.UTC(2026, 2, 12, 9);
export const demoPlaces = placesToDemoPlaces(frenchPlaces);

/** The demo as `npm start` makes it, or with other dice. */
export function makeDemo(seed = 87_000): readonly DemoShop[] {
  const context = { nowMs: demoNowMs, publicUrl: "http://localhost:8080" };
  return generateDemo(demoPlaces, context, createRandom(seed));
}

const midnightInParis = (day: string): number => Date.parse(`${day}T00:00:00+01:00`);

/** A demo campaign as a snapshot takes it, without the way through the database. Dayparts are left out. */
export function demoToServable(
  demo: DemoCampaign,
  shop: DemoShop,
  campaignId: number,
): ServableCampaign {
  const { status, priority, pricing, bidMicros, placeIntention, devices, frequencyCaps } = demo;
  return buildCampaign({
    campaignId,
    name: demo.name,
    trade: shop.advertiser.trade,
    ...{ status, priority, pricing, bidMicros, placeIntention, devices, frequencyCaps },
    balanceMicros: shop.advertiser.balanceMicros,
    startsAtMs: midnightInParis(demo.startsOn),
    endsAtMs: demo.endsOn === null ? null : midnightInParis(demo.endsOn) + 86_400_000,
    zone: zoneOf(demo.zone.include, demo.zone.exclude),
    wantedCategories: demo.categories.include,
    avoidedCategories: demo.categories.exclude,
    wantedKeywords: demo.keywords.include,
    avoidedKeywords: demo.keywords.exclude,
    audience: demo.audience.map((rule) => ({
      ...rule,
      segmentId: 1 + demoSegments.findIndex((segment) => segment.slug === rule.segment),
      segmentName: rule.segment,
    })),
    creatives: demo.creatives.map((creative) =>
      creative.format === "native"
        ? {}
        : { format: creative.format, width: creative.width, height: creative.height },
    ),
  });
}
