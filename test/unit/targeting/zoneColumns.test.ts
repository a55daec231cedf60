import { expect, test } from "vitest";
import type { ExactShape } from "../../../src/geo/types.ts";
import { createZoneBuilder, excludeRowOf } from "../../../src/targeting/segment/zoneColumns.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const around = (radiusMeters: number): ExactShape => ({
  circles: [{ lat: 48.1, lon: -1.7, radiusMeters }],
  areaKeys: [],
  polygons: [],
});

test("of campaigns that exclude something, among others that do not, each finds what it excludes itself", () => {
  const builder = createZoneBuilder();
  const radii = [null, 1_000, null, null, 2_000, 3_000, null, 4_000];
  for (const [index, radius] of radii.entries()) {
    const campaign = buildCampaign({ campaignId: index + 1 });
    const exclude = radius === null ? null : around(radius);
    builder.add({ ...campaign, zone: { ...campaign.zone, exclude } });
  }
  const zones = builder.finish();
  const excludedRadius = (position: number) => {
    const row = excludeRowOf(zones, position);
    return zones.exclude.circles[5 * zones.exclude.circleStarts[row]! + 4];
  };
  radii.forEach((radius, position) => {
    if (radius !== null) expect(excludedRadius(position)).toBe(radius);
  });
});
