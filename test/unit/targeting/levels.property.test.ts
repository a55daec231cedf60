import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { decide } from "../../../src/targeting/decide.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { finished } from "../../../src/targeting/segment/sliced.ts";
import {
  applyChanges,
  buildSnapshot,
  campaignCount,
  findCampaign,
  foldChanges,
  layersOf,
  type Snapshot,
} from "../../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../../src/targeting/types.ts";
import { campaigns, predictingDelivery as delivery, meta, request, visitor } from "./worlds.ts";

/** Thousands of random worlds take their time, above all on a busy machine. */
vi.setConfig({ testTimeout: 600_000 });

const runs = process.env.TEST_LONG === "1" ? 5_000 : 15;

/** A change brings campaigns (of the world by number, each with the bid of its turn) and removes some, or folds. */
const turn = fc.record({
  changed: fc.uniqueArray(fc.nat(), { maxLength: 30 }),
  removed: fc.uniqueArray(fc.nat(), { maxLength: 10 }),
  factor: fc.constantFrom(0.5, 1, 3),
  folds: fc.boolean(),
});
type Turn = typeof turn extends fc.Arbitrary<infer Value> ? Value : never;
const turns = fc.array(turn, { minLength: 1, maxLength: 8 });

interface Told {
  readonly snapshot: Snapshot;
  readonly present: ReadonlyMap<number, ServableCampaign>;
}

function tell(
  { snapshot, present }: Told,
  all: readonly ServableCampaign[],
  { changed, removed, factor, folds }: Turn,
): Told {
  const pick = (number: number): ServableCampaign[] =>
    all.length === 0 ? [] : [all[number % all.length]!];
  const removedIds = removed.flatMap(pick).map(({ campaignId }) => campaignId);
  const now = changed
    .flatMap(pick)
    .map((it) => ({ ...it, bidMicros: Math.round(it.bidMicros * factor) }));
  const next = new Map(present);
  for (const campaignId of removedIds) next.delete(campaignId);
  for (const campaign of now) next.set(campaign.campaignId, campaign);
  return {
    snapshot: folds
      ? finished(foldChanges(snapshot, now, removedIds, meta))
      : applyChanges(snapshot, now, removedIds, meta),
    present: next,
  };
}

test("whatever has changed, in whatever turns and however folded, every snapshot on the way decides and explains as one built anew", () => {
  fc.assert(
    fc.property(campaigns, request, visitor, delivery, turns, (all, asked, who, money, past) => {
      const early = all.slice(0, all.length >> 1);
      let told: Told = {
        snapshot: buildSnapshot(early, meta),
        present: new Map(early.map((it) => [it.campaignId, it])),
      };
      const passed: Told[] = [told];
      for (const one of past) {
        told = tell(told, all, one);
        passed.push(told);
      }
      for (const { snapshot, present } of passed) {
        const anew = buildSnapshot([...present.values()], meta);
        expect(campaignCount(snapshot)).toBe(present.size);
        const decided = (of: Snapshot) => decide(asked, of, who, money).placements;
        const shown = (of: Snapshot) => JSON.stringify(decided(of).map(({ winners }) => winners));
        expect(shown(snapshot)).toBe(shown(anew));
        for (const { campaignId } of all) {
          expect(findCampaign(snapshot, campaignId)).toEqual(findCampaign(anew, campaignId));
        }
      }
      const campaignIds = all.map(({ campaignId }) => campaignId);
      const explained = (of: Snapshot) =>
        explain(asked, of, who, money, { campaignIds }).rejections.map(({ rule }) => rule);
      expect(explained(told.snapshot)).toEqual(
        explained(buildSnapshot([...told.present.values()], meta)),
      );
    }),
    { numRuns: runs },
  );
});

test("changes after a fold lie upon it, and what they change of it is hidden there", () => {
  const [one, two] = fc.sample(
    campaigns.filter((all) => all.length > 1),
    { numRuns: 1, seed: 3 },
  )[0]!;
  const folded = finished(foldChanges(buildSnapshot([], meta), [one!, two!], [], meta));
  const upon = applyChanges(folded, [{ ...one!, name: "Plus tard" }], [], meta);
  expect(layersOf(folded).map(({ segment }) => segment.size)).toEqual([0, 0, 2]);
  expect(layersOf(upon).map(({ segment }) => segment.size)).toEqual([0, 1, 2]);
  expect(upon.overlay.older?.hiddenCount).toBe(1);
  expect(findCampaign(upon, one!.campaignId)?.name).toBe("Plus tard");
  expect(findCampaign(folded, one!.campaignId)?.name).toBe(one!.name);
  const gone = applyChanges(upon, [], [one!.campaignId, two!.campaignId], meta);
  expect(campaignCount(gone)).toBe(0);
  expect(finished(foldChanges(gone, [], [], meta)).overlay.older).toBeNull();
});
