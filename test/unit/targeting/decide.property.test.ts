import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { allocate } from "../../../src/targeting/allocate.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest } from "../../../src/targeting/types.ts";
import { type BruteForce, decideByBruteForce } from "../../support/bruteForceDecision.ts";
import {
  campaigns,
  predictingDelivery as delivery,
  history,
  meta,
  request,
  snapshotWithPast,
  visitor,
} from "./worlds.ts";

function rankedIds(decision: ReturnType<typeof decide>): number[][] {
  return decision.placements.map(({ ranked }) => ranked.map((it) => it.campaign.campaignId));
}

function wonIds(decision: ReturnType<typeof decide>): number[][] {
  return decision.placements.map(({ winners }) => winners.map((it) => it.campaign.campaignId));
}

/** Thousands of random worlds take their time, above all on a busy machine. */
vi.setConfig({ testTimeout: 600_000 });

const runs = process.env.TEST_LONG === "1" ? 20_000 : 120;

/** Who may step in: as many as there could be, all of them eligible, best first, rivals of nobody else on the page. */
function expectValidReserves(
  decision: ReturnType<typeof decide>,
  expected: BruteForce,
  { placements }: AdRequest,
): void {
  const winners = decision.placements.map((it) => it.winners.map(({ campaign }) => campaign));
  rankedIds(decision).forEach((ranked, index) => {
    const won = expected.winners[index]!;
    const further = ranked.slice(won.length);
    const order = expected.eligible[index]!;
    expect(further).toEqual(order.filter((it) => further.includes(it)));
    expect(further.filter((it) => won.includes(it))).toEqual([]);
    const houseAds = expected.lastResort[index]!;
    expect(ranked).toEqual(expect.arrayContaining([...houseAds]));
    const reserve = decision.placements[index]!.ranked.slice(won.length).filter(
      ({ campaign }) => !houseAds.includes(campaign.campaignId),
    );
    const elsewhere = winners.flatMap((it, other) => (other === index ? [] : it));
    reserve.forEach(({ campaign }, at) => {
      const others = [...elsewhere, ...reserve.slice(at + 1).map((it) => it.campaign)];
      expect(others.filter((other) => compete(campaign, other))).toEqual([]);
    });
    if (further.length < placements[index]!.count + 3) {
      expect(ranked).toEqual(expected.ranked[index]);
    }
  });
}

function compete(
  a: { readonly advertiserId: number; readonly trade: string },
  b: { readonly advertiserId: number; readonly trade: string },
): boolean {
  return a.advertiserId === b.advertiserId || (a.trade !== "" && a.trade === b.trade);
}

test("the winners are those that looking at every campaign gives, however the snapshot came about, and whoever may step in is valid", () => {
  fc.assert(
    fc.property(campaigns, request, visitor, delivery, history, (all, asked, who, money, past) => {
      const expected = decideByBruteForce(all, asked, who, money);
      const snapshot = snapshotWithPast(all, past);
      expect(wonIds(decide(asked, snapshot, who, money))).toEqual(expected.winners);
      const decision = decide(asked, snapshot, who, money, { keepsReserves: true });
      expect(wonIds(decision)).toEqual(expected.winners);
      expectValidReserves(decision, expected, asked);
      expect(decision.scanCapped).toBe(false);
      for (const { ranked } of decision.placements) {
        for (const { campaign, value } of ranked) {
          expect(value.valueMicros).toBe(expected.valuesMicros.get(campaign.campaignId));
        }
      }
      const winners = allocate(decision).map(({ candidate }) => candidate.campaign.campaignId);
      expect(winners).toEqual(expected.winners.flat());
    }),
    { numRuns: runs },
  );
});

test("the same inputs give the same ads, from a base alone and from a base with changes", () => {
  fc.assert(
    fc.property(campaigns, request, visitor, delivery, history, (all, asked, who, money, past) => {
      const built = decide(asked, buildSnapshot(all, meta), who, money);
      const changed = decide(asked, snapshotWithPast(all, past), who, money);
      expect(JSON.stringify(allocate(changed))).toBe(JSON.stringify(allocate(built)));
    }),
    { numRuns: runs / 2 },
  );
});

test("after refusals nobody refused shows, rivals stay apart, and winners that were not refused stay", () => {
  fc.assert(
    fc.property(
      campaigns,
      request,
      visitor,
      delivery,
      fc.uniqueArray(fc.nat(), { maxLength: 8 }),
      (all, asked, who, money, picks) => {
        const decision = decide(asked, buildSnapshot(all, meta), who, money, {
          keepsReserves: true,
        });
        const candidates = rankedIds(decision).flat();
        const refused = new Set(picks.map((pick) => candidates[pick % candidates.length] ?? 0));
        const before = allocate(decision);
        const after = allocate(decision, refused);
        const shown = after.map(({ candidate }) => candidate.campaign);
        expect(shown.filter(({ campaignId }) => refused.has(campaignId))).toEqual([]);
        expect(new Set(shown.map((it) => it.advertiserId)).size).toBe(shown.length);
        const trades = shown.map((it) => it.trade).filter((trade) => trade !== "");
        expect(new Set(trades).size).toBe(trades.length);
        const slotOf = ({ placementIndex, candidate }: (typeof after)[number]) =>
          `${placementIndex}: ${candidate.campaign.campaignId}`;
        const kept = before.filter(({ candidate }) => !refused.has(candidate.campaign.campaignId));
        expect(after.map(slotOf)).toEqual(expect.arrayContaining(kept.map(slotOf)));
      },
    ),
    { numRuns: runs },
  );
});

test("when the winner of a single slot is refused, somebody steps in whenever somebody could", () => {
  fc.assert(
    fc.property(campaigns, request, visitor, delivery, (all, many, who, money) => {
      const asked = { ...many, placements: [{ ...many.placements[0]!, count: 1 }] };
      const snapshot = buildSnapshot(all, meta);
      const decision = decide(asked, snapshot, who, money, { keepsReserves: true });
      const winner = decision.placements[0]!.ranked[0]?.campaign.campaignId ?? 0;
      const without = decideByBruteForce(all, asked, who, money).eligible[0]!.filter(
        (it) => it !== winner,
      );
      const [standIn, ...others] = allocate(decision, new Set([winner]));
      expect(others).toEqual([]);
      if (standIn === undefined) expect(without).toEqual([]);
      else expect(without).toContain(standIn.candidate.campaign.campaignId);
    }),
    { numRuns: runs },
  );
});

test("an explanation names the first rule that refuses each campaign, and agrees with the decision", () => {
  const placementRules = ["format", "size", "blocked_by_placement", "floor"];
  const defeats = ["competitor_on_page", "outranked"];
  fc.assert(
    fc.property(campaigns, request, visitor, delivery, history, (all, asked, who, money, past) => {
      const expected = decideByBruteForce(all, asked, who, money);
      const campaignIds = [...all.map((campaign) => campaign.campaignId), 999_999];
      const snapshot = snapshotWithPast(all, past);
      const told = explain(asked, snapshot, who, money, { campaignIds });
      const winners = new Set(told.winners.map((winner) => winner.campaignId));
      expect([...winners]).toEqual(expected.winners.flat());
      const rules = new Map(told.rejections.map(({ campaignId, rule }) => [campaignId, rule]));
      expect(rules.get(999_999)).toBe("unknown_campaign");
      for (const campaignId of campaignIds.slice(0, -1)) {
        const rule = rules.get(campaignId);
        const refusedBy = expected.refusedBy.get(campaignId);
        if (winners.has(campaignId)) expect(rule).toBeUndefined();
        else if (refusedBy !== undefined) expect(rule).toBe(refusedBy);
        else if (expected.ranked.flat().includes(campaignId)) expect(defeats).toContain(rule);
        else expect([...placementRules, ...defeats]).toContain(rule);
      }
    }),
    { numRuns: runs / 2 },
  );
});
