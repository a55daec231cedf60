import request from "supertest";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { browser } from "../support/browser.ts";
import { htmlBody } from "../support/campaignBodies.ts";
import { findChromium, startChromium, type TestBrowser } from "../support/chromium.ts";
import {
  type BidSystem,
  bannerShop,
  nativeShop,
  startBidSystem,
} from "../support/openrtb/bidSystem.ts";
import {
  type Publisher,
  type PublisherPage,
  startPublisher,
} from "../support/prebid/publisherPage.ts";
import { until } from "../support/until.ts";
import { writeTcString } from "../unit/consent/writeTcString.ts";

const executable = findChromium();
const dayMs = 24 * 3_600_000;
const ourVendor = { ranges: [[1, 1]] } as const;

describe.skipIf(executable === null)("what publishers may say to Prebid.js", () => {
  let bids: BidSystem;
  let publisher: Publisher;
  let chromium: TestBrowser;
  let garage = 0;

  beforeAll(async () => {
    [bids, publisher, chromium] = await Promise.all([
      startBidSystem(),
      startPublisher(),
      startChromium(executable ?? "", browser),
    ]);
    [garage = 0] = await Promise.all([
      bids.openShop(bannerShop),
      bids.openShop(nativeShop),
      bids.openShop({
        name: "Vins de France",
        trade: "caviste",
        campaign: { bidMicros: 2_000_000, zone: { include: [{ type: "france" }] } },
        creative: nativeShop.creative,
      }),
      bids.openShop({
        name: "Fleurs du Pont",
        trade: "fleuriste",
        creative: htmlBody({
          html: "<p>Bouquets du jour</p>",
          landingUrl: "https://fleurs.example.fr",
          width: 728,
          height: 90,
        }),
      }),
    ]);
  });
  afterAll(async () => {
    await chromium?.close();
    publisher?.close();
    await bids?.close();
  });

  const open = async (): Promise<PublisherPage> => {
    const opened = await publisher.open(chromium.context, new URL(bids.endpoint).host);
    onTestFinished(() => opened.page.close());
    return opened;
  };
  const impressions = async (campaignId: number): Promise<number> => {
    const authorization = `Bearer ${bids.system.adminKey}`;
    const path = `/v1/campaigns/${campaignId}/spending`;
    return (await request(bids.system.url).get(path).set({ authorization })).body.totals
      .impressions;
  };
  /** A CMP's answer, as Prebid.js takes it without a CMP on the page. */
  const consentOf = (tcString: string, purpose1: boolean) => ({
    gdpr: {
      cmpApi: "static",
      consentData: {
        getTCData: {
          gdprApplies: true,
          tcString,
          purpose: { consents: { 1: purpose1 }, legitimateInterests: {} },
          vendor: { consents: { 1: purpose1 }, legitimateInterests: {} },
        },
      },
    },
  });
  const yesterdayMs = (Math.floor(Date.now() / dayMs) - 1) * dayMs;
  const refusal = writeTcString({
    lastUpdatedMs: yesterdayMs,
    policyVersion: 5,
    disclosedVendors: ourVendor,
  });
  const fullConsent = () =>
    writeTcString({
      lastUpdatedMs: yesterdayMs,
      policyVersion: 5,
      specialFeatures: [1],
      purposesConsent: [1, 2, 3, 4, 7],
      purposesLegitimateInterest: [],
      vendorConsents: ourVendor,
      vendorLegitimateInterests: ourVendor,
      disclosedVendors: ourVendor,
    });
  const withGeo = (ortb2: object) => ({
    ortb2: {
      device: { geo: { lat: 45.8336, lon: 1.2611, type: 1, accuracy: 20, country: "FRA" } },
      ...ortb2,
    },
  });

  test("without consent only a shop for all of France bids, and no sync is tried", async () => {
    const opened = await open();
    const config = { consentManagement: consentOf(refusal, false), userSync: { syncDelay: 0 } };
    const received = await opened.auction({ config });
    expect(received.map(({ cpm }) => cpm)).toEqual([2]);
    expect(opened.called("/openrtb2/sync/")).toBe(0);
  });

  test("with consent the shops of the place bid, and one pixel syncs with the consent that was given", async () => {
    const opened = await open();
    const tcString = fullConsent();
    const config = { consentManagement: consentOf(tcString, true), userSync: { syncDelay: 0 } };
    const received = await opened.auction({ config });
    expect(received.map(({ cpm }) => cpm)).toEqual([6, 5]);
    await until(() => opened.called("/openrtb2/sync/demo?") === 1);
    expect(opened.called(`gdpr=1&gdpr_consent=${tcString}`)).toBe(1);
  });

  test("a floor above what a shop pays keeps it out", async () => {
    const values = { banner: 5.5, native: 50 };
    const floors = { data: { currency: "EUR", schema: { fields: ["mediaType"] }, values } };
    const received = await (await open()).auction({ config: { floors } });
    expect(received.map(({ adUnitCode, cpm }) => [adUnitCode, cpm])).toEqual([["top", 6]]);
  });

  test("a slot of several media gets one bid, of the medium that it says", async () => {
    const ortb = { ver: "1.2", assets: [{ id: 1, required: 1, title: { len: 90 } }] };
    const both = { banner: { sizes: [[300, 250]] }, native: { ortb } };
    const received = await (await open()).auction({ mediaTypes: { top: both, list: both } });
    expect(received).toHaveLength(2);
    for (const { mediaType } of received) expect(["banner", "native"]).toContain(mediaType);
  });

  test("a publisher who defers billing says when the billing notice is called", async () => {
    const opened = await open();
    await opened.auction({ adUnit: { deferBilling: true } });
    await opened.show();
    await until(() => opened.called("/openrtb2/n/w/") === 2);
    expect(opened.called("/openrtb2/n/b/")).toBe(0);
    await opened.page.evaluate("pbjs.triggerBilling({ adUnitCode: 'top' })");
    await until(() => opened.called("/openrtb2/n/b/") === 1);
  });

  test("a banner tells itself who pays where the law asks and the publisher does not", async () => {
    const opened = await open();
    const dsa = { dsarequired: 3, pubrender: 0, datatopub: 2 };
    const config = withGeo({ regs: { ext: { dsa } } });
    const received = await opened.auction({ config });
    expect(received).toMatchObject([
      { adUnitCode: "top", dsa: { adrender: 1, behalf: "Garage du Pont" } },
    ]);
    await opened.show();
    const label = opened.page.frameLocator("#top").frameLocator("iframe").locator("[title]");
    expect(await label.first().getAttribute("title")).toContain("Payé par : Garage du Pont");
  });

  test("a shop's own code shows in a frame that reaches nothing of the page", async () => {
    const opened = await open();
    const [own] = await opened.auction({
      mediaTypes: { top: { banner: { sizes: [[728, 90]] } }, list: {} },
      config: withGeo({ badv: ["toitures.example.fr"] }),
    });
    expect(own).toMatchObject({ adUnitCode: "top", domains: ["fleurs.example.fr"] });
    await opened.show();
    const creative = opened.page.frameLocator("#top").frameLocator("iframe");
    await creative.frameLocator("iframe").getByText("Bouquets du jour").waitFor();
    const sandbox = await creative.locator("iframe").getAttribute("sandbox");
    expect(sandbox).toBe("allow-scripts allow-popups allow-popups-to-escape-sandbox");
  });

  test("a test request is bid on and shown, and nobody pays", async () => {
    const before = await impressions(garage);
    const opened = await open();
    const received = await opened.auction({ config: withGeo({ test: 1 }) });
    expect(received.map(({ cpm }) => cpm)).toEqual([6, 5]);
    await opened.show();
    await until(() => opened.called("/t/i/") === 2 && opened.called("/openrtb2/n/b/") === 2);
    // A real impression that comes later is there first: the others would be by now.
    const real = await open();
    await real.auction();
    await real.show();
    await until(async () => (await impressions(garage)) > before);
    expect(await impressions(garage)).toBe(before + 1);
  });

  test("requests are packed unless the page is being debugged", async () => {
    const opened = await open();
    await opened.auction();
    await opened.auction({ config: { debug: true } });
    expect(opened.called("/openrtb2/bid/demo?gzip=1")).toBe(1);
    expect(opened.called("/openrtb2/bid/demo")).toBe(2);
  });
});
