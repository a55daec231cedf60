import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedChanges } from "../../../src/campaigns/campaignFeed.ts";
import { createCampaignFeed, pruneChanges } from "../../../src/stores/postgres/campaignFeed.ts";
import { nationalZone } from "../../support/campaignBuilder.ts";
import {
  campaignWrite,
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";

const nowMs = Date.parse("2026-06-15T10:00:00Z");

import { until } from "../../support/until.ts";

let opened: OpenStore;
const openSessions: pg.Client[] = [];

beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(async () => {
  for (const session of openSessions) await session.end();
  await opened.close();
});

const feedOf = () => createCampaignFeed(opened.db);

/** A writer of its own that commits when the test says so. */
async function beginWriter(): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: opened.url });
  await session.connect();
  openSessions.push(session);
  await session.query("begin");
  return session;
}

const pause = (session: pg.Client, campaignId: number) =>
  session.query("update campaigns set status = 'paused' where id = $1", [campaignId]);

function changesOf(loaded: LoadedChanges) {
  if (loaded.kind !== "changes") throw new Error("the cursor has expired");
  return loaded;
}

const statusesOf = (loaded: LoadedChanges) =>
  changesOf(loaded).campaigns.map(({ campaignId, status }) => [campaignId, status]);

describe("a campaign as serving knows it", () => {
  it("has its advertiser, zone, audience, creatives, days and hours", async () => {
    const { segmentId } = await opened.store.segments.insert(
      { slug: "projet-toiture", name: "Refait son toit" },
      testActor,
    );
    const { campaignId, advertiserId } = await saveCampaign(opened.store, {
      startsOn: "2026-03-29",
      endsOn: "2026-10-25",
      dayparts: [{ weekdays: [1], fromHour: 9, toHour: 11 }],
      audience: [{ segmentId, multiplier: 2 }],
      categories: { include: ["maison/toiture"] },
      keywords: { exclude: ["Location"] },
      devices: ["mobile"],
      frequencyCaps: [{ per: "advertiser", maxImpressions: 3, windowSeconds: 86_400 }],
      deals: [{ ssp: "Demo", id: "artisans-2026" }],
      openAuction: false,
    });
    const { campaigns } = await feedOf().loadAll(nowMs);
    const campaign = campaigns.find((one) => one.campaignId === campaignId);
    expect(campaign).toEqual({
      campaignId,
      name: "Toitures d'automne",
      advertiserId,
      advertiserName: "Toits du Limousin",
      payerName: "Toits du Limousin",
      trade: "couvreur",
      status: "active",
      startsAtMs: Date.parse("2026-03-28T23:00:00Z"),
      endsAtMs: Date.parse("2026-10-25T23:00:00Z"),
      hoursOfWeek: [9, 10],
      pricing: "cpm",
      bidMicros: 5_000_000,
      priority: "paid",
      pacing: "even",
      totalBudgetMicros: null,
      dailyBudgetMicros: 10_000_000,
      balanceMicros: null,
      placeIntention: "any",
      zone: nationalZone,
      wantedCategories: ["maison/toiture"],
      avoidedCategories: [],
      wantedKeywords: [],
      avoidedKeywords: ["location"],
      audience: [{ segmentId, segmentName: "Refait son toit", minScore: null, multiplier: 2 }],
      devices: ["mobile"],
      frequencyCaps: [{ per: "advertiser", maxImpressions: 3, windowSeconds: 86_400 }],
      clickRate: 0.004,
      clickRateUpper: 0.02,
      viewRate: 0.6,
      deals: [{ ssp: "demo", id: "artisans-2026" }],
      openAuction: false,
      creatives: [
        {
          creativeId: expect.any(Number),
          format: "native",
          width: 0,
          height: 0,
          landingUrl: "https://toitures.example.fr/devis",
          content: {
            title: "Votre toit refait à neuf",
            text: "Devis gratuit sous 24 heures, artisan de Limoges.",
            callToAction: "Demander un devis",
            imageUrl: "https://images.example.fr/toit.jpg",
          },
        },
      ],
    });
  });

  it("is known for a month after its last day, then no more", async () => {
    const { campaignId } = await saveCampaign(opened.store, { endsOn: "2026-05-20" });
    const idsAt = async (ms: number) =>
      (await feedOf().loadAll(ms)).campaigns.map((campaign) => campaign.campaignId);
    expect(await idsAt(nowMs)).toContain(campaignId);
    expect(await idsAt(nowMs + 40 * 86_400_000)).not.toContain(campaignId);
  });
});

describe("following changes", () => {
  it("nothing new is nothing, and the cursor goes on", async () => {
    const { cursor } = await feedOf().loadAll(nowMs);
    const changes = changesOf(await feedOf().loadChanges(cursor, nowMs));
    expect(changes).toMatchObject({ campaigns: [], removedIds: [], sitesChanged: false });
  });

  it("two writers that commit in reverse order lose nothing, and each change is read once", async () => {
    const first = await saveCampaign(opened.store);
    const second = await saveCampaign(opened.store);
    const { cursor } = await feedOf().loadAll(nowMs);
    const early = await beginWriter();
    const late = await beginWriter();
    await pause(early, first.campaignId);
    await pause(late, second.campaignId);

    await late.query("commit");
    const afterLate = await feedOf().loadChanges(cursor, nowMs);
    expect(statusesOf(afterLate)).toEqual([[second.campaignId, "paused"]]);

    await early.query("commit");
    const afterEarly = await feedOf().loadChanges(changesOf(afterLate).cursor, nowMs);
    expect(statusesOf(afterEarly)).toEqual([[first.campaignId, "paused"]]);

    const last = await feedOf().loadChanges(changesOf(afterEarly).cursor, nowMs);
    expect(statusesOf(last)).toEqual([]);
  });

  it("a transaction that stays open delays nobody and is not lost when it commits at last", async () => {
    const slow = await saveCampaign(opened.store);
    const quick = await saveCampaign(opened.store);
    const open = await beginWriter();
    await pause(open, slow.campaignId);
    let { cursor } = await feedOf().loadAll(nowMs);
    for (const bidMicros of [6_000_000, 7_000_000, 8_000_000]) {
      await opened.store.campaigns.change(
        quick.campaignId,
        (present) => ({ ...present, bidMicros, compiledZone: null }),
        testActor,
      );
      const changes = changesOf(await feedOf().loadChanges(cursor, nowMs));
      expect(changes.campaigns.map((campaign) => campaign.bidMicros)).toEqual([bidMicros]);
      cursor = changes.cursor;
    }
    await open.query("commit");
    expect(statusesOf(await feedOf().loadChanges(cursor, nowMs))).toEqual([
      [slow.campaignId, "paused"],
    ]);
  });

  it("a writer that gives up leaves nothing", async () => {
    const { campaignId } = await saveCampaign(opened.store);
    const { cursor } = await feedOf().loadAll(nowMs);
    const writer = await beginWriter();
    await pause(writer, campaignId);
    await writer.query("rollback");
    expect(statusesOf(await feedOf().loadChanges(cursor, nowMs))).toEqual([]);
  });

  it("what is renamed, shown or removed elsewhere reaches the campaigns that it belongs to", async () => {
    const { segmentId } = await opened.store.segments.insert(
      { slug: "jardin", name: "Jardin" },
      testActor,
    );
    const { campaignId, advertiserId } = await saveCampaign(opened.store, {
      audience: [{ segmentId, minScore: 0.5 }],
    });
    let { cursor } = await feedOf().loadAll(nowMs);
    const next = async () => {
      const changes = changesOf(await feedOf().loadChanges(cursor, nowMs));
      cursor = changes.cursor;
      return changes;
    };
    await sql`update advertisers set name = 'Toits de Brive' where id = ${advertiserId}`.execute(
      opened.db,
    );
    expect((await next()).campaigns).toMatchObject([
      { campaignId, advertiserName: "Toits de Brive" },
    ]);
    await sql`update segments set name = 'Jardinage' where id = ${segmentId}`.execute(opened.db);
    expect((await next()).campaigns).toMatchObject([{ audience: [{ segmentName: "Jardinage" }] }]);
    await sql`update creatives set active = false where campaign_id = ${campaignId}`.execute(
      opened.db,
    );
    expect((await next()).campaigns).toMatchObject([{ campaignId, creatives: [] }]);
    await sql`delete from campaigns where id = ${campaignId}`.execute(opened.db);
    expect(await next()).toMatchObject({ campaigns: [], removedIds: [campaignId] });
  });

  it("a cursor from before pruned changes, or of another database, asks for a full load", async () => {
    const { cursor } = await feedOf().loadAll(nowMs);
    await saveCampaign(opened.store);
    // While a neighbour database of this server has an older transaction, a cursor does not stand behind the change yet.
    let fresh = cursor;
    await until(async () => {
      fresh = (await feedOf().loadAll(nowMs)).cursor;
      return statusesOf(await feedOf().loadChanges(fresh, nowMs)).length === 0;
    });
    const waiting = await beginWriter();
    expect(await pruneChanges(opened.db, 3_600_000)).toBe(0);
    // What a transaction in progress might not see yet is kept, even one of a neighbour database of this server.
    await until(async () => {
      await pruneChanges(opened.db, 0);
      return (await opened.db.selectFrom("changes").select("revision").execute()).length === 0;
    });
    expect(await feedOf().loadChanges(cursor, nowMs)).toEqual({ kind: "expired" });
    expect(statusesOf(await feedOf().loadChanges(fresh, nowMs))).toEqual([]);
    expect(await feedOf().loadChanges("99999999:99999999:", nowMs)).toEqual({ kind: "expired" });
    await waiting.query("rollback");
  });
});

describe("sites", () => {
  it("come with their placements, and their changes are announced", async () => {
    const { cursor } = await feedOf().loadAll(nowMs);
    const site = await opened.store.sites.insert(
      {
        name: "Annonces",
        allowedOrigins: ["https://a.example.fr"],
        publicKey: "site_abc",
        signingSecret: "s".repeat(43),
      },
      testActor,
    );
    await opened.store.placements.insert(
      {
        siteId: site.siteId,
        code: "top",
        formats: ["native", "image"],
        sizes: [[300, 250]],
        floorMicros: 500_000,
        blockedAdvertiserIds: [3],
        blockedTrades: ["casino"],
        allowedCategories: [],
      },
      testActor,
    );
    expect(await feedOf().loadChanges(cursor, nowMs)).toMatchObject({ sitesChanged: true });
    expect(await feedOf().loadSites()).toEqual([
      {
        siteId: site.siteId,
        name: "Annonces",
        key: "site_abc",
        allowedOrigins: ["https://a.example.fr"],
        visitorSecret: "s".repeat(43),
        placements: [
          {
            placementId: expect.any(Number),
            code: "top",
            formats: ["native", "image"],
            sizes: [[300, 250]],
            floorMicros: 500_000,
            blockedAdvertiserIds: [3],
            blockedTrades: ["casino"],
            allowedCategories: [],
          },
        ],
      },
    ]);
  });
});

describe("writing", () => {
  it("thousands of campaigns takes seconds, in the given order, each audited and announced", async () => {
    const { cursor } = await feedOf().loadAll(nowMs);
    const { advertiserId } = await saveCampaign(opened.store);
    const rows = Array.from({ length: 2_500 }, (_, index) => ({
      campaign: campaignWrite({ advertiserId, name: `Campagne ${index}` }),
      creatives: [],
    }));
    const startedAt = performance.now();
    const ids = await opened.store.saveCampaignsInBulk(rows, testActor);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect((await opened.store.campaigns.read(ids[2_400] ?? 0))?.name).toBe("Campagne 2400");
    const changes = changesOf(await feedOf().loadChanges(cursor, nowMs));
    expect(changes.campaigns.length).toBe(2_501);
    const { rows: audited } = await sql<{ readonly count: number }>`
      select count(*) as count from audit_log where entity = 'campaign' and entity_id = any(${ids})`.execute(
      opened.db,
    );
    expect(audited[0]?.count).toBe(2_500);
  });
});
