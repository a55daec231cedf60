import { afterAll, beforeAll, expect, test } from "vitest";
import { type BidWorld, startBidWorld } from "../../support/openrtb/bidWorld.ts";
import { fuzzBids } from "../../support/openrtb/fuzzBids.ts";

let world: BidWorld;
beforeAll(async () => {
  world = await startBidWorld();
}, 60_000);
afterAll(() => world?.close());

test("2,000 wounded requests get an answer that an exchange can read, and every bid stands up to its request", async () => {
  const { statuses, bids } = await fuzzBids(world, 2_000, 1);
  expect(Object.keys(statuses).filter((it) => !["200", "204", "400", "413"].includes(it))).toEqual(
    [],
  );
  expect(statuses[400]).toBeGreaterThan(200);
  expect(bids).toBeGreaterThan(200);
}, 120_000);
