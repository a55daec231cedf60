import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { type BidSystem, nativeShop, startBidSystem } from "../support/openrtb/bidSystem.ts";

let bids: BidSystem;
beforeAll(async () => {
  bids = await startBidSystem();
  // Shows to visitors alone who can be recognised.
  const frequencyCaps = [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }];
  await bids.openShop({ ...nativeShop, campaign: { frequencyCaps } });
});
afterAll(() => bids.close());

const sync = (query: string, cookie = "") =>
  request(bids.system.url).get(`/openrtb2/sync/demo?${query}`).set("cookie", cookie);

/** What Prebid.js sends for a page: nothing in it names the visitor. */
const ask = async (headers: Readonly<Record<string, string>>, regs: object = { gdpr: 0 }) => {
  const geo = { lat: 45.8336, lon: 1.2611, type: 1, country: "FRA" };
  const answer = await request(bids.system.url)
    .post("/openrtb2/bid/demo")
    .set({ "content-type": "text/plain", "user-agent": browser, ...headers })
    .send(
      JSON.stringify({
        id: "1",
        cur: ["EUR"],
        test: 1,
        imp: [{ id: "1", banner: { format: [{ w: 300, h: 250 }] } }],
        device: { geo },
        regs,
      }),
    );
  return answer.status;
};

test("a browser that keeps the cookie of a sync is known to the next page's bid request, and to it alone", async () => {
  const first = await sync("gdpr=0");
  expect(first.status).toBe(302);
  const [cookie = ""] = (first.headers["set-cookie"]?.[0] ?? "").split(";");
  const second = await sync(
    new URL(first.headers.location ?? "", bids.system.url).search.slice(1),
    cookie,
  );
  expect(second.status).toBe(204);
  expect(second.headers["set-cookie"]).toBeUndefined();

  const origin = "https://www.publisher.example";
  expect(await ask({ origin, cookie })).toBe(200);
  expect(await ask({ origin })).toBe(204);
  // A server's own requests bring ids in their body: a cookie of theirs is nobody's.
  expect(await ask({ cookie })).toBe(204);
  expect(await ask({ origin, cookie: `${cookie.slice(0, -1)}!` })).toBe(204);
  expect(await ask({ origin, cookie }, { gdpr: 1 })).toBe(204);
  expect(await ask({ origin, cookie }, { gdpr: 0, coppa: 1 })).toBe(204);
});

test("without consent a sync sets nothing", async () => {
  const answer = await sync("gdpr=1");
  expect([answer.status, answer.headers["set-cookie"]]).toEqual([204, undefined]);
});
