import type { Kysely } from "kysely";
import { parseAdvertiser } from "../../src/campaigns/advertiserSchema.ts";
import { parseCampaign } from "../../src/campaigns/campaignSchema.ts";
import { parseCreative } from "../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../src/campaigns/problems.ts";
import type { Actor, CampaignWrite } from "../../src/campaigns/repository.ts";
import {
  type CampaignStore,
  createCampaignStore,
} from "../../src/stores/postgres/campaignStore.ts";
import type { Database } from "../../src/stores/postgres/database.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { campaignBody, nativeBody } from "./campaignBodies.ts";
import { nationalZone } from "./campaignBuilder.ts";
import { freshDatabase } from "./servers.ts";

export const testActor: Actor = { apiKeyId: null, label: "test" };

export interface OpenStore {
  readonly url: string;
  readonly db: Kysely<Database>;
  readonly store: CampaignStore;
  close(): Promise<void>;
}

/** A campaign store on a database of its own. */
export async function openCampaignStore(): Promise<OpenStore> {
  const { url, drop } = await freshDatabase();
  const db = createDatabase({ url, maxConnections: 6, statementTimeoutMs: 5_000 });
  return {
    url,
    db,
    store: createCampaignStore(db),
    async close() {
      await db.destroy();
      await drop();
    },
  };
}

/** A campaign that passed all checks, over all of France unless its zone says so. */
export function campaignWrite(fields: Readonly<Record<string, unknown>> = {}): CampaignWrite {
  const parsed = valueOrThrow(parseCampaign(campaignBody(fields)));
  const audience = parsed.audience.map(({ segmentId = 0, minScore, multiplier }) => ({
    segmentId,
    minScore,
    multiplier,
  }));
  return { ...parsed, audience, compiledZone: nationalZone };
}

/** Saves an advertiser with one active campaign and one native creative; answers the campaign's id. */
export async function saveCampaign(
  store: CampaignStore,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly advertiserId: number; readonly campaignId: number }> {
  const advertiser = valueOrThrow(
    parseAdvertiser({ name: "Toits du Limousin", trade: "couvreur" }),
  );
  const { advertiserId } = await store.advertisers.insert(advertiser, testActor);
  const campaign = campaignWrite({ ...fields, advertiserId });
  const creatives = [valueOrThrow(parseCreative(nativeBody()))];
  const [campaignId = 0] = await store.saveCampaignsInBulk([{ campaign, creatives }], testActor);
  return { advertiserId, campaignId };
}
