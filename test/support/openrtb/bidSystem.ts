import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../src/config.ts";
import { freePort } from "../../../src/embedded/freePort.ts";
import { findCreative } from "../../../src/targeting/snapshot.ts";
import { campaignBody, imageBody, nativeBody } from "../campaignBodies.ts";
import { type System, startSystem } from "../system.ts";
import { until } from "../until.ts";

/** A whole ad server that an SSP named "demo" may ask from this machine, in euros and US dollars. */
export interface BidSystem {
  readonly system: System;
  /** Of `POST /openrtb2/bid/demo`. */
  readonly endpoint: string;
  /** A shop of Limoges with a campaign and a creative; answers the campaign's id once it serves. */
  openShop(shop: BidShop): Promise<number>;
  close(): Promise<void>;
}

export interface BidShop {
  readonly name: string;
  readonly trade: string;
  readonly campaign?: Readonly<Record<string, unknown>>;
  readonly creative: Readonly<Record<string, unknown>>;
}

/** A picture of 300 × 250, of who pays more than the other shop: native ads can be laid out as banners too. */
export const bannerShop: BidShop = {
  name: "Garage du Pont",
  trade: "garage",
  campaign: { bidMicros: 6_000_000 },
  creative: imageBody({
    landingUrl: "https://garage.example.fr/revision",
    imageUrl: "https://images.example.fr/garage.jpg",
  }),
};

/** A native ad whose picture has 600 × 400 pixels. */
export const nativeShop: BidShop = {
  name: "Toitures Martin",
  trade: "couvreur",
  creative: nativeBody({ imageWidth: 600, imageHeight: 400 }),
};

export async function startBidSystem(environment: Environment = {}): Promise<BidSystem> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "atelier-rates-"));
  const ratesFile = join(folder, "rates.json");
  const asOf = new Date().toISOString().slice(0, 10);
  await writeFile(ratesFile, JSON.stringify({ asOf, base: "EUR", rates: { USD: 1.0873 } }));
  const url = `http://127.0.0.1:${port}`;
  const system = await startSystem({
    PORT: `${port}`,
    PUBLIC_URL: url,
    EXCHANGE_RATES_FILE: ratesFile,
    ...environment,
  });
  await system.create("/v1/ssps", {
    name: "demo",
    seat: "atelier",
    keyed: false,
    addresses: ["127.0.0.0/8", "::1"],
    openToBrowsers: true,
    qpsLimit: 10_000,
    deadlineMs: 2_000,
  });
  const endpoint = `${url}/openrtb2/bid/demo`;
  await until(async () => (await fetch(endpoint, { method: "POST", body: "{}" })).status === 400);
  return {
    system,
    endpoint,
    openShop: (shop) => openShop(system, shop),
    async close() {
      await system.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openShop(system: System, shop: BidShop): Promise<number> {
  const { name, trade } = shop;
  const { advertiserId = 0 } = await system.create("/v1/advertisers", { name, trade });
  const body = campaignBody({ advertiserId, name, pacing: "asap", ...shop.campaign });
  const { campaignId = 0 } = await system.create("/v1/campaigns", body);
  const creative = await system.create("/v1/creatives", { ...shop.creative, campaignId });
  const { snapshot } = system.server.jobs.state;
  await until(() => findCreative(snapshot(), campaignId, creative.creativeId ?? 0) !== null);
  return campaignId;
}
