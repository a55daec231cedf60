import fc from "fast-check";
import { expect, it } from "vitest";
import { compareCounters } from "../../../src/jobs/compareCounters.ts";
import type { CampaignCounters, CampaignSpending } from "../../../src/serving/ledgerPorts.ts";
import { ledgerRow } from "../../support/ledgerRows.ts";

const days = ["2026-06-01", "2026-06-02"] as const;
const micros = fc.integer({ min: 0, max: 20_000 });
const campaignIds = [1, 2, 3] as const;
const advertiserOf = (campaignId: number) => 10 + (campaignId % 2);

const spending = fc.tuple(
  ...campaignIds.map((campaignId) =>
    fc.tuple(micros, micros).map(
      ([first, second]): CampaignSpending => ({
        campaignId,
        advertiserId: advertiserOf(campaignId),
        spentMicros: first + second,
        spentByDay: new Map([
          [days[0], first],
          [days[1], second],
        ]),
      }),
    ),
  ),
);
const rows = fc.array(
  fc
    .record({
      campaignId: fc.constantFrom(...campaignIds),
      budgetDay: fc.constantFrom(...days),
      amountMicros: micros,
    })
    .map((one) => ledgerRow({ ...one, advertiserId: advertiserOf(one.campaignId) })),
  { maxLength: 10 },
);
/** A campaign that has forgotten the first day keeps only the second. */
const present = fc.tuple(micros, micros, micros, fc.boolean()).map(
  ([spentMicros, first, second, forgot]): CampaignCounters => ({
    spentMicros,
    spentByDay: new Map([...(forgot ? [] : [[days[0], first] as const]), [days[1], second]]),
  }),
);
const counters = fc
  .tuple(present, present, present, micros, micros)
  .map(([one, two, three, even, odd]) => ({
    campaigns: new Map([
      [1, one],
      [2, two],
      [3, three],
    ]),
    advertisers: new Map([
      [10, even],
      [11, odd],
    ]),
  }));

it("what it adds makes each counter what ledger and outbox say, and nothing is left to add", () => {
  fc.assert(
    fc.property(counters, spending, rows, (before, ledger, unwritten) => {
      const expected = { spending: ledger, unwritten };
      const changes = compareCounters(before, expected);
      expect(changes.every((change) => change.micros !== 0)).toBe(true);
      const added = (counter: string, id: number, day: string | null) =>
        changes
          .filter((one) => one.counter === counter && one.id === id && one.day === day)
          .reduce((sum, one) => sum + one.micros, 0);
      const after = {
        campaigns: new Map(
          [...before.campaigns].map(([id, one]) => [
            id,
            {
              spentMicros: one.spentMicros + added("campaign", id, null),
              spentByDay: new Map(
                [...one.spentByDay].map(([day, spent]) => [
                  day,
                  spent + added("campaign", id, day),
                ]),
              ),
            },
          ]),
        ),
        advertisers: new Map(
          [...before.advertisers].map(([id, spent]) => [id, spent + added("advertiser", id, null)]),
        ),
      };
      expect(compareCounters(after, expected)).toEqual([]);
      const waiting = (campaignId: number) =>
        unwritten
          .filter((row) => row.campaignId === campaignId)
          .reduce((sum, row) => sum + row.amountMicros, 0);
      for (const { campaignId, spentMicros } of ledger)
        expect(after.campaigns.get(campaignId)?.spentMicros).toBe(
          spentMicros + waiting(campaignId),
        );
      const all = ledger.reduce((sum, one) => sum + one.spentMicros + waiting(one.campaignId), 0);
      expect([...after.advertisers.values()].reduce((sum, one) => sum + one)).toBe(all);
      // What a campaign has forgotten stays forgotten.
      for (const change of changes)
        if (change.day !== null)
          expect(before.campaigns.get(change.id)?.spentByDay.has(change.day)).toBe(true);
    }),
  );
});
