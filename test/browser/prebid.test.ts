import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { findChromium, startChromium, type TestBrowser } from "../support/chromium.ts";
import {
  type BidSystem,
  bannerShop,
  nativeShop,
  startBidSystem,
} from "../support/openrtb/bidSystem.ts";
import { type Publisher, startPublisher } from "../support/prebid/publisherPage.ts";
import { runSpecInPage } from "../support/prebid/specInPage.ts";
import { until } from "../support/until.ts";

const executable = findChromium();
if (executable === null)
  process.stderr.write("No Chromium on the PATH: what pages do with our bids is not tried.\n");

describe.skipIf(executable === null)("a page with Prebid.js", () => {
  let bids: BidSystem;
  let publisher: Publisher;
  let chromium: TestBrowser;
  let campaigns: readonly number[];

  beforeAll(async () => {
    [bids, publisher, chromium] = await Promise.all([
      startBidSystem(),
      startPublisher(),
      startChromium(executable ?? "", browser),
    ]);
    campaigns = await Promise.all([bids.openShop(bannerShop), bids.openShop(nativeShop)]);
  });
  afterAll(async () => {
    await chromium?.close();
    publisher?.close();
    await bids?.close();
  });

  const totalsOf = async (path: string) => {
    const authorization = `Bearer ${bids.system.adminKey}`;
    const answer = await request(bids.system.url).get(path).set({ authorization });
    return answer.body.totals;
  };
  const spending = (campaignId: number) => totalsOf(`/v1/campaigns/${campaignId}/spending`);

  test("gets a banner and a native ad in one auction, shows both, and each is billed once to its shop and once to us", async () => {
    const { host } = new URL(bids.endpoint);
    const opened = await publisher.open(chromium.context, host);
    const { page, called } = opened;
    expect(await opened.auction()).toMatchObject([
      { adUnitCode: "top", mediaType: "banner", currency: "EUR", cpm: 6, size: "300x250" },
      {
        adUnitCode: "list",
        mediaType: "native",
        currency: "EUR",
        cpm: 5,
        title: "Votre toit refait à neuf",
        domains: ["toitures.example.fr"],
      },
    ]);
    expect(called("/openrtb2/bid/demo")).toBe(1);

    await opened.show();
    const image = page
      .frameLocator("#top")
      .frameLocator("iframe")
      .locator('img[alt="Un toit refait à neuf"]');
    await image.waitFor();
    expect(await image.evaluate((node) => Reflect.get(node, "naturalWidth"))).toBe(300);
    await until(() => called("/t/i/") === 2 && called("/openrtb2/n/b/") === 2);
    expect(called("/openrtb2/n/w/")).toBe(2);
    for (const campaignId of campaigns)
      await until(async () => (await spending(campaignId)).impressions === 1);

    // A page that shows the ad again, and whoever calls every address again, change nothing.
    await opened.show();
    const again = opened.asked.filter((line) => /\/t\/i\/|\/openrtb2\/n\//.test(line));
    for (const line of again) await page.request.get(line.slice("GET ".length));
    await until(async () => (await totalsOf("/v1/ssps/demo/spending")).billed === 2);
    expect(await Promise.all(campaigns.map(spending))).toMatchObject([
      { impressions: 1, chargedMicros: 6_000 },
      { impressions: 1, chargedMicros: 5_000 },
    ]);
    const media = { billed: 2, shown: 2, costMicros: 11_000, houseMicros: 0 };
    expect(await totalsOf("/v1/ssps/demo/spending")).toMatchObject(media);
  });

  test("runs the adapter's own specification without a failure", async () => {
    const blank = await chromium.context.newPage();
    const results = await runSpecInPage(blank);
    expect(results.length).toBeGreaterThan(20);
    expect(results.filter(({ problem }) => problem !== null)).toEqual([]);
  });
});
