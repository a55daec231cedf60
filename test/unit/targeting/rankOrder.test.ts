import fc from "fast-check";
import { expect, test } from "vitest";
import { boundOf } from "../../../src/targeting/segment/heads.ts";
import { rankOrderOf } from "../../../src/targeting/segment/rankOrder.ts";
import { naturalOrder, sortOrder } from "../../../src/targeting/segment/sortOrder.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

test("items are sorted by keys of 32 bits, and equals stay in the order they had", () => {
  const keys = fc.array(fc.oneof(uint32, fc.constantFrom(0, 1, 0x7ff, 0x800, 0xffff_ffff)));
  fc.assert(
    fc.property(keys, (list) => {
      const expected = list.map((_, item) => item).sort((a, b) => list[a]! - list[b]! || a - b);
      expect([...sortOrder(naturalOrder(list.length), Uint32Array.from(list))]).toEqual(expected);
    }),
  );
});

const fields = fc.record({
  priority: fc.constantFrom("guaranteed" as const, "paid" as const, "house" as const),
  bidMicros: fc.oneof(
    fc.constantFrom(1_000, 2_000),
    fc.integer({ min: 1_000, max: 2 ** 40 }), // bounds beyond 32 bits
  ),
});

test("campaigns stand by tier, then by bound, then by id, and are found by id", () => {
  fc.assert(
    fc.property(fc.uniqueArray(uint32), fc.array(fields, { minLength: 1 }), (ids, all) => {
      const campaigns = ids.map((campaignId, at) =>
        buildCampaign({ campaignId, ...all[at % all.length]! }),
      );
      const { indexes, positionsById } = rankOrderOf(campaigns);
      const ranked = [...indexes].map((index) => campaigns[index]!);
      const expected = campaigns.toSorted(
        (a, b) => boundOf(b) - boundOf(a) || a.campaignId - b.campaignId,
      );
      expect(ranked.map((it) => it.campaignId)).toEqual(expected.map((it) => it.campaignId));
      expect([...positionsById].map((position) => ranked[position]!.campaignId)).toEqual(
        ids.toSorted((a, b) => a - b),
      );
    }),
  );
});
