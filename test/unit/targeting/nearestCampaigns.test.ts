import fc from "fast-check";
import { expect, test } from "vitest";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import { nearestCampaignIds } from "../../../src/targeting/nearestCampaigns.ts";
import { advertiserIdOf, applyChanges, buildSnapshot } from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { circle, frenchLocator, known, limoges, zoneOf } from "../../support/geography.ts";
import { buildRequest } from "../../support/requestBuilder.ts";

const meta = { revision: "1", builtAtMs: 0 };
const place = known(frenchLocator.locateDevice({ ...limoges, accuracyMeters: 30 }, true));
const request = buildRequest({ places: [place] });
const zones = [0, 1, 2, 3, 4].map((step) =>
  zoneOf([circle(limoges.lat + step * 0.1, limoges.lon, 5_000)]),
);
const campaign = fc.record({
  campaignId: fc.integer({ min: 1, max: 90 }),
  advertiserId: fc.integer({ min: 1, max: 6 }),
  zone: fc.constantFrom(...zones, zoneOf([{ type: "france" }])),
  status: fc.constantFrom("active" as const, "paused" as const),
});
const campaigns = fc
  .uniqueArray(campaign, { maxLength: 60, selector: ({ campaignId }) => campaignId })
  .map((all) => all.map(buildCampaign));

test("the nearest of the advertisers asked about are those that sorting all of them gives", () => {
  fc.assert(
    fc.property(
      campaigns,
      fc.nat(60),
      fc.nat(20),
      fc.option(fc.subarray([1, 2, 3, 4, 5, 6])),
      (all, early, limit, advertisers) => {
        const first = buildSnapshot(all.slice(0, early), meta);
        const stale = all.slice(0, 3).map((it) => ({ ...it, zone: zones[4]!, advertiserId: 7 }));
        const snapshot = applyChanges(
          applyChanges(first, stale, [], meta),
          [...all.slice(early), ...all.slice(0, 3)],
          [],
          meta,
        );
        const metersTo = (it: (typeof all)[number]) => {
          const [centre] = it.zone.include.circles;
          return centre === undefined ? Infinity : distanceMeters(centre, place.centre);
        };
        const wanted = all
          .filter((it) => advertisers?.includes(it.advertiserId) ?? true)
          .sort((a, b) =>
            metersTo(a) === metersTo(b) ? a.campaignId - b.campaignId : metersTo(a) - metersTo(b),
          )
          .map((it) => it.campaignId);
        const only = advertisers === null ? null : new Set(advertisers);
        expect(nearestCampaignIds(snapshot, request, limit, only)).toEqual(wanted.slice(0, limit));
      },
    ),
    { numRuns: 200 },
  );
});

test("whose campaign it is can be asked of any status, and of changed ones, but not of unknown ones", () => {
  const base = buildSnapshot(
    [buildCampaign({ campaignId: 1, advertiserId: 4, status: "ended" })],
    meta,
  );
  const moved = applyChanges(base, [buildCampaign({ campaignId: 1, advertiserId: 9 })], [], meta);
  const gone = applyChanges(moved, [], [1], meta);
  expect([base, moved, gone].map((it) => advertiserIdOf(it, 1))).toEqual([4, 9, null]);
});
