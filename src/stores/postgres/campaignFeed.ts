import { type Kysely, sql } from "kysely";
import type {
  CampaignFeed,
  LoadedCampaigns,
  LoadedChanges,
  SiteRecord,
} from "../../campaigns/campaignFeed.ts";
import type { ServableCampaign } from "../../targeting/types.ts";
import type { Database } from "./database.ts";
import { readServableCampaigns } from "./servableRows.ts";
import { loadSsps } from "./sspRows.ts";

/** Told of campaigns whose rows are broken, each time they are read: they are left out and the others serve. */
export type ReportBroken = (campaignIds: readonly number[]) => void;

/** Rows of one answer: its parsing holds the event loop for some 10 ms. */
const pageRows = 500;

/**
 * Follows the campaigns of the primary server (a standby's snapshots do not list the transactions in progress).
 *
 * A cursor is a PostgreSQL snapshot ("xmin:xmax:in-progress"). The changes since it are those of transactions that it
 * did not see and the reading statement does. So a writer that commits late is read once it has committed, however
 * many later writers were read before it, and a transaction that stays open delays nobody else's changes.
 */
export function createCampaignFeed(
  db: Kysely<Database>,
  onBroken: ReportBroken = () => undefined,
): CampaignFeed {
  return {
    loadAll: (nowMs) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute((trx) => loadAll(trx, nowMs, onBroken)),
    loadChanges: (cursor, nowMs) => loadChanges(db, cursor, nowMs, onBroken),
    loadSites: () => loadSites(db),
    loadSsps: () => loadSsps(db),
  };
}

async function loadAll(
  trx: Kysely<Database>,
  nowMs: number,
  onBroken: ReportBroken,
): Promise<LoadedCampaigns> {
  const { rows } = await sql<{ readonly cursor: string }>`
    select pg_current_snapshot()::text as cursor`.execute(trx);
  const campaigns: ServableCampaign[] = [];
  for (let afterId = 0; ; ) {
    const page = await readServableCampaigns(trx, sql`c.id > ${afterId}`, nowMs, pageRows);
    campaigns.push(...page.campaigns);
    if (page.brokenIds.length > 0) onBroken(page.brokenIds);
    if (page.lastId === null || !page.isFull) break;
    afterId = page.lastId;
  }
  return { campaigns, cursor: rows[0]?.cursor ?? "" };
}

interface ChangesRow {
  readonly cursor: string;
  readonly expired: boolean;
  readonly campaign_ids: readonly number[];
  readonly advertiser_ids: readonly number[];
  readonly segment_ids: readonly number[];
  readonly sites_changed: boolean;
  readonly ssps_changed: boolean;
}

/**
 * One statement, hence one snapshot: which transactions are new since the cursor and what they touched. It is expired
 * when changes it did not see were pruned, or when it was taken by a server with more transactions (a restored one).
 */
const readChanges = (cursor: string) => sql<ChangesRow>`
  with fresh as (
    select entity, entity_id from changes
    where transaction_id >= pg_snapshot_xmin(${cursor}::pg_snapshot)
      and not pg_visible_in_snapshot(transaction_id, ${cursor}::pg_snapshot)
  )
  select pg_current_snapshot()::text as cursor,
    coalesce((select transaction_id >= pg_snapshot_xmin(${cursor}::pg_snapshot) from changes_horizon), true)
      or pg_snapshot_xmax(${cursor}::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()) as expired,
    array(select distinct entity_id from fresh where entity = 'campaign') as campaign_ids,
    array(select distinct entity_id from fresh where entity = 'advertiser') as advertiser_ids,
    array(select distinct entity_id from fresh where entity = 'segment') as segment_ids,
    exists(select from fresh where entity = 'site') as sites_changed,
    exists(select from fresh where entity = 'ssp') as ssps_changed`;

/** The campaigns are read after the changes and may be newer than them: then their change is read again next time. */
async function loadChanges(
  db: Kysely<Database>,
  cursor: string,
  nowMs: number,
  onBroken: ReportBroken,
): Promise<LoadedChanges> {
  const { rows } = await readChanges(cursor).execute(db);
  const found = rows[0];
  if (found === undefined || found.expired) return { kind: "expired" };
  const ids = await touchedCampaignIds(db, found);
  const campaigns: ServableCampaign[] = [];
  for (let start = 0; start < ids.length; start += pageRows) {
    const chunk = ids.slice(start, start + pageRows);
    const page = await readServableCampaigns(db, sql`c.id = any(${chunk})`, nowMs, pageRows);
    campaigns.push(...page.campaigns);
    if (page.brokenIds.length > 0) onBroken(page.brokenIds);
  }
  const servable = new Set(campaigns.map((campaign) => campaign.campaignId));
  return {
    kind: "changes",
    campaigns,
    removedIds: ids.filter((id) => !servable.has(id)),
    sitesChanged: found.sites_changed,
    sspsChanged: found.ssps_changed,
    cursor: found.cursor,
  };
}

/** Names of advertisers and segments are copied into the campaigns that serving knows. */
async function touchedCampaignIds(
  db: Kysely<Database>,
  found: ChangesRow,
): Promise<readonly number[]> {
  if (found.advertiser_ids.length === 0 && found.segment_ids.length === 0)
    return found.campaign_ids;
  const { rows } = await sql<{ readonly id: number }>`
    select id from campaigns where advertiser_id = any(${found.advertiser_ids})
    union select campaign_id from campaign_segments where segment_id = any(${found.segment_ids})`.execute(
    db,
  );
  return [...new Set([...found.campaign_ids, ...rows.map((row) => row.id)])];
}

async function loadSites(db: Kysely<Database>): Promise<readonly SiteRecord[]> {
  const { rows } = await sql<SiteRecord>`
    select s.id as "siteId", s.name, s.public_key as key, s.allowed_origins as "allowedOrigins",
      s.signing_secret as "visitorSecret", coalesce((
        select jsonb_agg(jsonb_build_object('placementId', p.id, 'code', p.code, 'formats', p.formats,
          'sizes', p.sizes, 'floorMicros', p.floor_micros, 'blockedAdvertiserIds', p.blocked_advertiser_ids,
          'blockedTrades', p.blocked_trades, 'allowedCategories', p.allowed_categories) order by p.id)
        from placements p where p.site_id = s.id), '[]'::jsonb) as placements
    from sites s order by s.id`.execute(db);
  return rows;
}

/**
 * Forgets changes older than `keepMs` that every reader with a fresh cursor has seen. A reader that stood still for
 * longer finds its cursor expired and loads everything. Returns how many were forgotten.
 */
export async function pruneChanges(db: Kysely<Database>, keepMs: number): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    with pruned as (
      delete from changes where changed_at < now() - make_interval(secs => ${keepMs / 1000}::double precision)
        and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      returning transaction_id
    ), horizon as (
      update changes_horizon set transaction_id = greatest(transaction_id, (select max(transaction_id) from pruned))
      where exists (select from pruned)
    )
    select count(*) as count from pruned`.execute(db);
  return rows[0]?.count ?? 0;
}
