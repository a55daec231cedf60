import { randomBytes } from "node:crypto";
import { newApiKey } from "../../src/campaigns/apiKey.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import type { CampaignDesign } from "./campaigns.ts";
import type { SimulatedNode } from "./nodes.ts";
import type { Options } from "./options.ts";
import type { Area } from "./world.ts";

/** A campaign as it was created, and where it may show. */
export interface SimulatedCampaign extends CampaignDesign {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly area: Area;
  /** Share of the area's pages that are in its zone. */
  readonly zoneShare: number;
  /** What the servers said of each commune: in its zone or not. */
  readonly communes: ReadonlySet<string>;
}

/** Creates the world's advertisers, campaigns and creatives through the API, and a house campaign. */
export async function createCampaigns(
  areas: readonly Area[],
  options: Options,
  node: SimulatedNode,
  databaseUrl: string,
): Promise<readonly SimulatedCampaign[]> {
  const key = await makeKey(databaseUrl);
  const post = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await node.ask({ method: "POST", path, headers, body: JSON.stringify(body) });
    if (answer.status !== 201 && answer.status !== 200)
      throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  };
  await createHouse(post, areas[0]!);
  const advertisers = new Map<string, number>();
  const made: Omit<SimulatedCampaign, "communes" | "zoneShare">[] = [];
  for (const area of areas) {
    for (const design of area.campaigns) {
      const advertiserId =
        advertisers.get(design.advertiser) ??
        Number((await post("/v1/advertisers", advertiserBody(design))).advertiserId);
      advertisers.set(design.advertiser, advertiserId);
      const body = campaignBody(design, advertiserId, area, options.from);
      const campaignId = Number((await post("/v1/campaigns", body)).campaignId);
      await post("/v1/creatives", creativeBody(campaignId, design.name));
      made.push({ ...design, campaignId, advertiserId, area });
    }
  }
  await untilServable(made.at(-1)!, post);
  return Promise.all(made.map((campaign) => locate(campaign, made, post)));
}

type Post = (path: string, body: object) => Promise<Readonly<Record<string, unknown>>>;
type Made = Omit<SimulatedCampaign, "communes" | "zoneShare">;

async function makeKey(databaseUrl: string): Promise<string> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 10_000 });
  const { key, keyHash } = newApiKey(randomBytes(32));
  const fields = { keyHash, role: "admin", advertiserIds: [], label: "simulation" } as const;
  await createApiKeyStore(db).save(fields, { apiKeyId: null, label: "simulation" });
  await db.destroy();
  return key;
}

async function createHouse(post: Post, area: Area): Promise<void> {
  const advertiser = { name: "Maison", trade: "maison" };
  const { advertiserId } = await post("/v1/advertisers", advertiser);
  const { campaignId } = await post("/v1/campaigns", {
    advertiserId,
    name: "Votre annonce ici",
    status: "active",
    startsOn: "2020-01-01",
    pricing: "cpm",
    bidMicros: 0,
    priority: "house",
    zone: { include: [circleOf(area, 1_000), { type: "france" }] },
  });
  await post("/v1/creatives", creativeBody(Number(campaignId), "Votre annonce ici"));
}

function advertiserBody({ advertiser, trade, balanceMicros }: CampaignDesign): object {
  return { name: `Boutique ${advertiser}`, trade, balanceMicros };
}

function campaignBody(
  design: CampaignDesign,
  advertiserId: number,
  area: Area,
  from: string,
): object {
  const { name, pricing, bidMicros, dailyBudgetMicros, totalBudgetMicros, pacing } = design;
  return {
    advertiserId,
    name,
    pricing,
    bidMicros,
    dailyBudgetMicros,
    totalBudgetMicros,
    pacing,
    status: "active",
    startsOn: from,
    frequencyCaps: design.frequencyCaps,
    zone: { include: [circleOf(area, design.radiusMeters)] },
  };
}

function circleOf({ lat, lon }: Area, radiusMeters: number): object {
  return { type: "circle", lat, lon, radiusMeters };
}

function creativeBody(campaignId: number, name: string): object {
  return {
    campaignId,
    format: "native",
    landingUrl: `https://boutique.example/${campaignId}`,
    title: name.slice(0, 45),
    text: "Une annonce de la simulation.",
    callToAction: "Voir",
    imageUrl: "https://images.example/annonce.jpg",
  };
}

interface Explained {
  readonly campaignId: number;
  readonly rule?: string;
}

async function explain(
  post: Post,
  inseeCode: string,
  campaignIds: readonly number[],
): Promise<readonly Explained[]> {
  const answer = await post("/v1/ads", {
    test: true,
    visitor: { id: "sim-explained", gdpr: false },
    place: { search: { inseeCode } },
    placements: [{ id: "top", count: 1 }],
    explain: { campaignIds },
  });
  return answer.explanation as readonly Explained[];
}

const unservable = new Set(["unknown_campaign", "status", "creative"]);

/** The last one made is known: so are the others, which came before it. */
async function untilServable({ area, campaignId }: Made, post: Post): Promise<void> {
  const giveUpAtMs = performance.now() + 30_000;
  for (;;) {
    const [explained] = await explain(post, area.communes[0]!.inseeCode, [campaignId]);
    if (explained !== undefined && !unservable.has(explained.rule ?? "")) return;
    if (performance.now() > giveUpAtMs) throw new Error(`not servable: ${explained?.rule}`);
  }
}

/** Asks in which communes a campaign may show: for the supply that it has. */
async function locate(
  campaign: Made,
  all: readonly Made[],
  post: Post,
): Promise<SimulatedCampaign> {
  const { area, campaignId } = campaign;
  const zones = zonesOf(area, all, post);
  const communes = (await zones).get(campaignId) ?? new Set<string>();
  const inside = area.visitors.filter(({ inseeCode }) => communes.has(inseeCode)).length;
  return { ...campaign, communes, zoneShare: inside / area.visitors.length };
}

const known = new Map<Area, Promise<ReadonlyMap<number, ReadonlySet<string>>>>();

function zonesOf(
  area: Area,
  all: readonly Made[],
  post: Post,
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const asked = known.get(area) ?? askZones(area, all, post);
  known.set(area, asked);
  return asked;
}

async function askZones(
  area: Area,
  all: readonly Made[],
  post: Post,
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const ids = all.filter((one) => one.area === area).map(({ campaignId }) => campaignId);
  const zones = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { inseeCode } of area.communes) {
    for (const { campaignId, rule } of await explain(post, inseeCode, ids))
      if (rule !== "zone") zones.get(campaignId)?.add(inseeCode);
  }
  return zones;
}
