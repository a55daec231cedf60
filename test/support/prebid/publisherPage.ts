import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { bundleForPage } from "./bundle.ts";

/** A page of a publisher's, on another origin than the ad server, with Prebid.js and our adapter. */
export interface PublisherPage {
  readonly page: Page;
  /** Every request that the page has made: "GET http://…". */
  readonly asked: readonly string[];
  /** Runs an auction for its two ad units, "top" (an iframe) and "list" (an element). */
  auction(wish?: AuctionWish): Promise<readonly ReceivedBid[]>;
  /** Shows what has won: the banner by Prebid.js, the native ad as a publisher's own template does. */
  show(): Promise<void>;
  /** How many requests had this in their address. */
  called(part: string): number;
}

export interface AuctionWish {
  /** To `pbjs.setConfig`, besides what every publisher says. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** To all ad units. */
  readonly adUnit?: Readonly<Record<string, unknown>>;
  readonly mediaTypes?: Readonly<Record<"top" | "list", unknown>>;
}

export interface ReceivedBid {
  readonly adUnitCode: string;
  readonly mediaType: string;
  readonly currency: string;
  readonly cpm: number;
  readonly size: string;
  readonly title?: string;
  readonly domains: readonly string[];
  readonly dsa: unknown;
}

export interface Publisher {
  open(context: BrowserContext, adServerHost: string): Promise<PublisherPage>;
  close(): void;
}

const modules = [
  "consentManagementTcf",
  "consentManagementGpp",
  "priceFloors",
  "schain",
  "currency",
  "userId",
];
const entry = [
  "import pbjs from 'prebid.js';",
  ...modules.map((name) => `import 'prebid.js/modules/${name}.js';`),
  "import './atelierBidAdapter.js';",
  "pbjs.processQueue();",
].join("\n");
const html =
  '<!doctype html><meta charset="utf-8"><title>Annonces</title><iframe id="top" width="300" height="250"></iframe>' +
  '<div id="list"></div><script src="/prebid.js"></script>';
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"/>';

/** Serves the page; the bundle takes about a second. */
export async function startPublisher(): Promise<Publisher> {
  const prebid = await bundleForPage(entry);
  const server = await listen(
    createServer((incoming, response) => {
      const isScript = incoming.url === "/prebid.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? prebid : html);
    }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    open: (context, host) => openPage(context, `http://localhost:${port}/`, host),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, "localhost", () => resolve(server)));
}

async function openPage(
  context: BrowserContext,
  url: string,
  host: string,
): Promise<PublisherPage> {
  const page = await context.newPage();
  const asked: string[] = [];
  await page.route("https://images.example.fr/**", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: picture }),
  );
  page.on("request", (sent) => asked.push(`${sent.method()} ${sent.url()}`));
  await page.goto(url);
  return {
    page,
    asked,
    auction: (wish = {}) => page.evaluate(`(${auction})(${JSON.stringify({ host, ...wish })})`),
    show: () => page.evaluate(show),
    called: (part) => asked.filter((line) => line.includes(part)).length,
  };
}

/** What a publisher's page says to Prebid.js; runs in the page. A developer's machine has no certificate: `secure` 0. */
const auction = `({ host, config, adUnit, mediaTypes }) => new Promise((resolve) => {
  const { pbjs } = window;
  const eventtrackers = [{ event: 1, methods: [1] }];
  const assets = [{ id: 1, required: 1, title: { len: 90 } }, { id: 2, required: 1, img: { type: 3, wmin: 300, hmin: 157 } }];
  const usual = { top: { banner: { sizes: [[300, 250]] } }, list: { native: { ortb: { ver: '1.2', eventtrackers, assets } } } };
  pbjs.setConfig({
    bidderTimeout: 5000,
    currency: { adServerCurrency: 'EUR', rates: { EUR: { USD: 1.1 } } },
    consentManagement: { gdpr: { cmpApi: 'static', consentData: { getTCData: { gdprApplies: false, tcString: '', vendorData: {} } } } },
    floors: { data: { currency: 'EUR', schema: { fields: ['mediaType'] }, values: { banner: 0.5, native: 0.2 } } },
    ortb2: {
      device: { geo: { lat: 45.8336, lon: 1.2611, type: 1, accuracy: 20, country: 'FRA' } },
      source: { ext: { schain: { ver: '1.0', complete: 1, nodes: [{ asi: 'publisher.example', sid: '1', hp: 1 }] } } },
    },
    ...config,
  });
  pbjs.removeAdUnit();
  const bids = [{ bidder: 'atelier', params: { account: 'demo', host } }];
  pbjs.addAdUnits(['top', 'list'].map((code) => (
    { code, mediaTypes: { ...usual, ...mediaTypes }[code], bids, ortb2Imp: { secure: 0 }, ...adUnit })));
  pbjs.requestBids({ bidsBackHandler: (responses = {}) => {
    const all = Object.values(responses).flatMap((one) => one.bids);
    resolve(all.map(({ adUnitCode, mediaType, currency, cpm, size, native, meta }) => ({
      adUnitCode, mediaType, currency, cpm, size, domains: meta.advertiserDomains, dsa: meta.dsa ?? null,
      title: native?.ortb?.assets.find(({ title }) => title)?.title.text,
    })).sort((a, b) => b.adUnitCode.localeCompare(a.adUnitCode)));
  } });
})`;

const show = `(() => {
  const { pbjs } = window;
  const winner = (code) => pbjs.getBidResponsesForAdUnitCode(code).bids[0] ??
    pbjs.getAllWinningBids().find((bid) => bid.adUnitCode === code);
  const [top, list] = [winner('top'), winner('list')];
  if (top) pbjs.renderAd(document.getElementById('top').contentDocument, top.adId);
  if (!list) return;
  document.getElementById('list').textContent = list.native.ortb.assets.find((asset) => asset.title).title.text;
  window.postMessage(JSON.stringify({ message: 'Prebid Native', adId: list.adId }), '*');
})()`;
