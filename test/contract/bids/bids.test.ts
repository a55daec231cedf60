import { afterAll, beforeAll, expect, it } from "vitest";
import { askForBid, bidBody, bidOf, openSsp } from "../../support/bids.ts";
import { type System, startSystem } from "../../support/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
  await openSsp(system);
});
afterAll(() => system.close());

it("an exchange gets a bid for a campaign that may show there", async () => {
  const campaignId = await system.openShop();
  const response = await askForBid(system.url, bidBody());
  expect(response.status).toBe(200);
  const bid = bidOf(response.body);
  expect(bid).toMatchObject({ impid: "1", cid: String(campaignId), mtype: 4 });
});
