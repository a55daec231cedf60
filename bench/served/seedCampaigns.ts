import { type CreativeFields, parseCreative } from "../../src/campaigns/creativeSchema.ts";
import type { CampaignWrite } from "../../src/campaigns/repository.ts";
import { createRandom } from "../../src/demo/random.ts";
import { compileZone } from "../../src/geo/compileZone.ts";
import type { CompiledZone, ZoneArea } from "../../src/geo/types.ts";
import { createCampaignStore } from "../../src/stores/postgres/campaignStore.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { everywhere, places } from "../support/campaigns.ts";

const actor = { apiKeyId: null, label: "bench" };
const chunk = 2_500;
/** Compiling a zone is the work of a campaign's writer: one in so many distinct zones stands for many campaigns. */
const mostZones = 10_000;
/** So large that none runs dry during a run. */
const withoutEnd = { totalBudgetMicros: 1_000_000_000_000, dailyBudgetMicros: 900_000_000_000 };

interface KnownZone {
  readonly area: ZoneArea;
  readonly compiled: CompiledZone;
}

/** Writes campaigns that stand over France where people live into an empty database, through the campaign store. */
export async function seedCampaigns(databaseUrl: string, count: number): Promise<void> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 2, statementTimeoutMs: 0 });
  const store = createCampaignStore(db);
  const { next: random } = createRandom(7);
  const zones = Array.from({ length: Math.min(count, mostZones) }, (): KnownZone => {
    const area = everywhere.areaOf(random);
    return { area, compiled: compileZone({ include: [area], exclude: [] }, places) };
  });
  const shops = Array.from({ length: Math.ceil(count / 2) }, (_, index) => ({
    name: `Établissements Martin ${index + 1}`,
    payerName: `Établissements Martin ${index + 1}`,
    trade: `metier-${Math.floor(random() * 60)}`,
    balanceMicros: null,
  }));
  for (let from = 0; from < shops.length; from += chunk)
    await store.saveAdvertisersInBulk(shops.slice(from, from + chunk), actor);
  for (let from = 0; from < count; from += chunk) {
    const length = Math.min(chunk, count - from);
    const rows = Array.from({ length }, (_, index) => {
      const number = from + index + 1;
      const zone = zones[number % zones.length]!;
      return { campaign: campaignOf(number, zone, random), creatives: [creativeOf(number)] };
    });
    await store.saveCampaignsInBulk(rows, actor);
  }
  await db.destroy();
}

function campaignOf(
  number: number,
  { area, compiled }: KnownZone,
  random: () => number,
): CampaignWrite {
  const costPerClick = random() < 0.5;
  return {
    advertiserId: Math.ceil(number / 2),
    name: `Campagne de printemps ${number}`,
    status: "active",
    startsOn: "2026-01-01",
    endsOn: null,
    dayparts: [],
    pricing: costPerClick ? "cpc" : "cpm",
    bidMicros: 1_000 * Math.round(costPerClick ? 150 + random() * 850 : 1_000 + random() * 8_000),
    ...withoutEnd,
    pacing: random() < 0.5 ? "even" : "asap",
    priority: "paid",
    frequencyCaps:
      random() < 0.3 ? [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }] : [],
    zone: { include: [area], exclude: [] },
    compiledZone: compiled,
    placeIntention: "any",
    categories: { include: [...everywhere.categoriesOf(random)], exclude: [] },
    keywords: { include: [], exclude: [] },
    audience: [],
    devices: [],
    deals: [],
    openAuction: true,
    contentCategories: [],
    co2Class: null,
    creativeRotation: "even",
    utmTagging: true,
  };
}

function creativeOf(number: number): CreativeFields {
  const parsed = parseCreative({
    campaignId: 1,
    format: "native",
    landingUrl: `https://www.martin-${number}.example/offre`,
    title: `Toitures et façades ${number}`,
    text: `Devis gratuit sous 24 heures, ${number} chantiers depuis 1987.`,
    callToAction: "Demander un devis",
    imageUrl: `https://images.example/${number}.jpg`,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}
