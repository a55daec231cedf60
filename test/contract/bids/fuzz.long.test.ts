import { afterAll, beforeAll, expect, test } from "vitest";
import { type BidWorld, startBidWorld } from "../../support/openrtb/bidWorld.ts";
import { fuzzBids } from "../../support/openrtb/fuzzBids.ts";

let world: BidWorld;
beforeAll(async () => {
  world = await startBidWorld();
}, 60_000);
afterAll(() => world?.close());

test("100,000 wounded requests break nothing", async () => {
  const { statuses, bids } = await fuzzBids(world, 100_000, 2);
  const odd = Object.keys(statuses).filter((it) => !["200", "204", "400", "413"].includes(it));
  expect(odd).toEqual([]);
  expect(bids).toBeGreaterThan(10_000);
}, 900_000);
