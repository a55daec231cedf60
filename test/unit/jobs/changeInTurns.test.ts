import { expect, test } from "vitest";
import { changeInTurns } from "../../../src/jobs/changeInTurns.ts";
import {
  applyChanges,
  buildSnapshot,
  campaignCount,
  findCampaign,
  freshSize,
  mostFreshCampaigns,
} from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const meta = { revision: "1", builtAtMs: 0 };
const campaignsFrom = (firstId: number, count: number) =>
  Array.from({ length: count }, (_, index) => buildCampaign({ campaignId: firstId + index }));

/** A clock that goes on by a third of a millisecond each time that it is read. */
function tickingClock(): () => number {
  let nowMs = 0;
  return () => {
    nowMs += 1 / 3;
    return nowMs;
  };
}

test("few changes serve before the next turn of the loop, and are folded only once there are too many of them", async () => {
  const changing = changeInTurns(tickingClock());
  const base = buildSnapshot(campaignsFrom(1, 3), meta);
  const few = changing.applyChanges(base, campaignsFrom(1, mostFreshCampaigns), [], meta);
  if (few instanceof Promise) throw new Error("they should have been applied at once");
  expect(changing.settle(few)).toBe(few);
  const oneMore = applyChanges(few, campaignsFrom(1_000, 1), [2], meta);
  expect(freshSize(oneMore)).toBe(mostFreshCampaigns);
  const tooMany = applyChanges(oneMore, campaignsFrom(1_001, 1), [], meta);
  const folded = await changing.settle(tooMany);
  expect(freshSize(folded)).toBe(0);
  expect(campaignCount(folded)).toBe(campaignCount(tooMany));
  expect(findCampaign(folded, 1_001)?.name).toBe("Campagne 1001");
  expect(findCampaign(folded, 2)).toBeNull();
});

test("many changes at once take several turns, between which others get theirs", async () => {
  const changing = changeInTurns(tickingClock());
  const base = buildSnapshot([], meta);
  let otherTurns = 0;
  let isDone = false;
  const count = () => {
    otherTurns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const many = await changing.applyChanges(base, campaignsFrom(1, 1_000), [], meta);
  isDone = true;
  expect(campaignCount(many)).toBe(1_000);
  expect(freshSize(many)).toBe(0);
  expect(otherTurns).toBeGreaterThan(2);
});
