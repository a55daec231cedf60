import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExchangeTable } from "../../../src/openrtb/exchangeTable.ts";
import { htmlBody, imageBody, nativeBody } from "../campaignBodies.ts";
import { type BidSystem, startBidSystem } from "./bidSystem.ts";

/** A server with a dozen shops, of all media, sizes and ways to pay, who want all of France. */
export interface BidWorld extends BidSystem {
  /** What it converts with. */
  readonly rates: { readonly table: ExchangeTable; readonly nowMs: number };
}

/** Seals the ids that bid requests bring. */
export const worldVisitorSecret = "a secret that seals visitors' ids in tests";

/** Of names that no other request has. */
const supplyRules = {
  blockedSystems: ["bad.example"],
  blockedPublishers: ["blocked.example"],
  adsTxt: { "rules.example": ["exchange.example, 12, DIRECT"] },
};
const perEuro = { USD: 1.0873, GBP: 0.84125, JPY: 161.87, KWD: 0.33412 };
const france = { include: [{ type: "france" }] };
const ample = { dailyBudgetMicros: 100_000_000_000 };

const picture = (width: number, height: number, name = "banniere.jpg") =>
  imageBody({ width, height, imageUrl: `https://images.example.fr/${name}` });

const icon = { iconUrl: "https://images.example.fr/logo.png", iconSide: 128 };

/** Trade, way to pay, creative. No two of one trade: such never share a page. */
const shops: readonly (readonly [string, object, Readonly<Record<string, unknown>>])[] = [
  ["couvreur", {}, nativeBody({ imageWidth: 600, imageHeight: 400 })],
  [
    "boulanger",
    { bidMicros: 4_000_000 },
    nativeBody({ imageWidth: 1_200, imageHeight: 627, ...icon }),
  ],
  ["fleuriste", { pricing: "cpc", bidMicros: 400_000 }, nativeBody({})],
  ["garage", {}, picture(300, 250)],
  ["opticien", { pricing: "vcpm", bidMicros: 6_000_000 }, picture(300, 250, "opticien.png")],
  ["plombier", {}, picture(728, 90)],
  ["coiffeur", {}, picture(320, 50)],
  ["bijoutier", {}, picture(160, 600)],
  ["libraire", {}, picture(300, 600)],
  ["caviste", {}, picture(970, 250)],
  [
    "menuisier",
    {},
    htmlBody({ width: 300, height: 250, html: `<a href="\${CLICK_URL}">Bois</a>` }),
  ],
  ["chocolatier", {}, htmlBody({ html: "<script>document.title</script><p>Chocolats</p>" })],
];

/** Starts the world; its SSP "demo" is told why there is no bid. */
export async function startBidWorld(): Promise<BidWorld> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-rates-"));
  const ratesFile = join(folder, "rates.json");
  const asOf = new Date().toISOString().slice(0, 10);
  await writeFile(ratesFile, JSON.stringify({ asOf, base: "EUR", rates: perEuro }));
  const supplyFile = join(folder, "supply.json");
  await writeFile(supplyFile, JSON.stringify(supplyRules));
  const bids = await startBidSystem({
    EXCHANGE_RATES_FILE: ratesFile,
    SUPPLY_RULES_FILE: supplyFile,
    VISITOR_SECRET: worldVisitorSecret,
  });
  await bids.system.patch("/v1/ssps/demo", { wantsNoBidReasons: true });
  await Promise.all(
    shops.map(([trade, terms, creative], index) => {
      // No two are worth the same, or chance would choose between them.
      const bidMicros = 5_000_000 - 100_000 * index;
      const campaign = { zone: france, ...ample, bidMicros, ...terms };
      return bids.openShop({ name: `Maison ${trade}`, trade, campaign, creative });
    }),
  );
  const asOfMs = Date.parse(asOf);
  const micros = Object.entries(perEuro).map(
    ([currency, rate]) => [currency, Math.round(rate * 1_000_000)] as const,
  );
  return {
    ...bids,
    rates: { table: { asOfMs, microsPerEuro: new Map(micros) }, nowMs: Date.now() },
    async close() {
      await bids.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
