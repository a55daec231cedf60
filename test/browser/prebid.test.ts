import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
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
import { bundleForPage } from "../support/prebid/bundle.ts";
import { runSpecInPage } from "../support/prebid/specInPage.ts";
import { until } from "../support/until.ts";

const executable = findChromium();
if (executable === null)
  process.stderr.write("No Chromium on the PATH: what pages do with our bids is not tried.\n");

const modules = ["consentManagementTcf", "priceFloors", "schain", "currency", "userId"];
const entry = [
  "import pbjs from 'prebid.js';",
  ...modules.map((name) => `import 'prebid.js/modules/${name}.js';`),
  "import './atelierBidAdapter.js';",
  "pbjs.processQueue();",
].join("\n");

describe.skipIf(executable === null)("a page with Prebid.js", () => {
  let bids: BidSystem;
  let publisher: Server;
  let chromium: TestBrowser;
  let page: Page;
  let campaigns: readonly number[];
  const asked: string[] = [];

  beforeAll(async () => {
    const [started, prebid, opened] = await Promise.all([
      startBidSystem(),
      bundleForPage(entry),
      startChromium(executable ?? "", browser),
    ]);
    bids = started;
    chromium = opened;
    campaigns = await Promise.all([bids.openShop(bannerShop), bids.openShop(nativeShop)]);
    publisher = await servePublisher(prebid);
    page = await chromium.context.newPage();
    await page.route("https://images.example.fr/**", (route) =>
      route.fulfill({ contentType: "image/svg+xml", body: picture }),
    );
    page.on("request", (sent) => asked.push(`${sent.method()} ${sent.url()}`));
    await page.goto(`http://localhost:${(publisher.address() as AddressInfo).port}/`);
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
  const called = (part: string) => asked.filter((line) => line.includes(part)).length;

  test("gets a banner and a native ad in one auction, shows both, and each shop pays for one impression", async () => {
    const received: readonly ReceivedBid[] = await page.evaluate(
      auctionWith(new URL(bids.endpoint).host),
    );
    expect(received).toMatchObject([
      {
        adUnitCode: "list",
        mediaType: "native",
        currency: "EUR",
        title: "Votre toit refait à neuf",
        domains: ["toitures.example.fr"],
      },
      { adUnitCode: "top", mediaType: "banner", currency: "EUR", size: "300x250" },
    ]);
    expect(called("/openrtb2/bid/demo")).toBe(1);

    await page.evaluate(show);
    const frame = page.frameLocator("#top").frameLocator("iframe");
    await frame.locator('img[alt="Un toit refait à neuf"]').waitFor();
    const width = await frame
      .locator('img[alt="Un toit refait à neuf"]')
      .evaluate((node) => Reflect.get(node, "naturalWidth"));
    expect(width).toBe(300);
    await until(() => called("/t/i/") === 2 && called("/openrtb2/n/b/") === 2);
    expect(called("/openrtb2/n/w/")).toBe(2);

    for (const campaignId of campaigns)
      await until(async () => (await spending(campaignId)).impressions === 1);
    // A page that shows the ad again, and a browser that calls every address again, change nothing.
    await page.evaluate(show);
    const again = asked.filter((line) => /\/t\/i\/|\/openrtb2\/n\//.test(line));
    for (const line of again) await page.request.get(line.slice("GET ".length));
    expect(await Promise.all(campaigns.map(spending))).toMatchObject([
      { impressions: 1, chargedMicros: 6_000 },
      { impressions: 1, chargedMicros: 5_000 },
    ]);
    const media = { billed: 2, shown: 2, costMicros: 11_000, houseMicros: 0 };
    await until(async () => (await totalsOf("/v1/ssps/demo/spending")).billed === 2);
    expect(await totalsOf("/v1/ssps/demo/spending")).toMatchObject(media);
  });

  test("runs the adapter's own specification without a failure", async () => {
    const blank = await chromium.context.newPage();
    const results = await runSpecInPage(blank);
    expect(results.length).toBeGreaterThan(20);
    expect(results.filter(({ problem }) => problem !== null)).toEqual([]);
  });
});

interface ReceivedBid {
  readonly adUnitCode: string;
  readonly mediaType: string;
}

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"/>';

/** A page of a publisher's own, on another origin than the ad server. */
function servePublisher(prebid: string): Promise<Server> {
  const html = `<!doctype html><meta charset="utf-8"><title>Annonces</title><iframe id="top" width="300" height="250"></iframe><div id="list"></div><script src="/prebid.js"></script>`;
  const server = createServer((incoming, response) => {
    const isScript = incoming.url === "/prebid.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? prebid : html);
  });
  return new Promise((resolve) => server.listen(0, "localhost", () => resolve(server)));
}

/** What a publisher's page says to Prebid.js; runs in the page. */
const auctionWith = (host: string) => `new Promise((resolve) => {
  const { pbjs } = window;
  pbjs.setConfig({
    debug: false,
    bidderTimeout: 3000,
    currency: { adServerCurrency: 'EUR', rates: { EUR: { USD: 1.1 } } },
    consentManagement: { gdpr: { cmpApi: 'static', consentData: { getTCData: { gdprApplies: false, tcString: '', vendorData: {} } } } },
    floors: { data: { currency: 'EUR', schema: { fields: ['mediaType'] }, values: { banner: 0.5, native: 0.2 } } },
    ortb2: {
      device: { geo: { lat: 45.8336, lon: 1.2611, type: 1, accuracy: 20, country: 'FRA' } },
      source: { ext: { schain: { ver: '1.0', complete: 1, nodes: [{ asi: 'publisher.example', sid: '1', hp: 1 }] } } },
    },
  });
  const bids = [{ bidder: 'atelier', params: { account: 'demo', host: '${host}' } }];
  // A developer's machine has no certificate.
  const ortb2Imp = { secure: 0 };
  pbjs.addAdUnits([
    { code: 'top', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids, ortb2Imp },
    { code: 'list', bids, ortb2Imp, mediaTypes: { native: { ortb: { ver: '1.2',
      eventtrackers: [{ event: 1, methods: [1] }],
      assets: [{ id: 1, required: 1, title: { len: 90 } }, { id: 2, required: 1, img: { type: 3, wmin: 300, hmin: 157 } }] } } } },
  ]);
  pbjs.requestBids({ bidsBackHandler: (responses) => {
    const all = Object.values(responses).flatMap((one) => one.bids);
    resolve(all.map((bid) => ({
      adUnitCode: bid.adUnitCode, mediaType: bid.mediaType, currency: bid.currency, size: bid.size,
      title: bid.native?.ortb?.assets.find(({ title }) => title)?.title.text, domains: bid.meta.advertiserDomains,
    })).sort((a, b) => a.adUnitCode.localeCompare(b.adUnitCode)));
  } });
})`;

/** Shows what has won: the banner by Prebid.js itself, the native ad as a publisher's own template does. */
const show = `(() => {
  const { pbjs } = window;
  const winner = (code) => pbjs.getBidResponsesForAdUnitCode(code).bids[0] ?? pbjs.getAllWinningBids().find((bid) => bid.adUnitCode === code);
  pbjs.renderAd(document.getElementById('top').contentDocument, winner('top').adId);
  const native = winner('list');
  const title = native.native.ortb.assets.find((asset) => asset.title).title.text;
  document.getElementById('list').textContent = title;
  window.postMessage(JSON.stringify({ message: 'Prebid Native', adId: native.adId }), '*');
})()`;
