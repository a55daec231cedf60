import { type Kysely, type RawBuilder, sql } from "kysely";
import type { AuditEntry, AuditFilter } from "../../accounts/auditQuery.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { allOf } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";

interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly organization_id: number;
  readonly entity: string;
  readonly entity_id: number;
  readonly actor_key_id: number | null;
  readonly actor_user_id: number | null;
  readonly actor_organization_id: number | null;
  readonly actor_label: string;
  readonly actor_organization: string | null;
  readonly request_id: string | null;
  readonly before: AuditEntry["before"];
  readonly after: AuditEntry["after"];
}

/**
 * Reads entries of the audit log, newest first. With a viewer those of one organisation alone, and who wrote from another
 * is called by that organisation's name.
 */
export function createReadAuditLog(
  db: Kysely<Database>,
): (
  filter: AuditFilter,
  page: OrderedPage,
  viewerOrganizationId: number | null,
) => Promise<PageOfItems<AuditEntry>> {
  return (filter, page, viewer) =>
    withPublicFaults(async () => {
      const { after, suffix } = keysetOf(sql`a.id`, page);
      const { rows } = await sql<AuditRow>`
        select a.id, a.at, a.organization_id, a.entity, a.entity_id, a.actor_key_id, a.actor_user_id,
          a.actor_organization_id, a.actor_label, o.name as actor_organization, a.request_id, a.before, a.after
        from audit_log a left join organizations o on o.id = a.actor_organization_id
        where ${whereEntry(filter, viewer)} and ${after} ${suffix}`.execute(db);
      return cutPage(
        rows.map((row) => rowToEntry(row, viewer)),
        page,
        ({ auditId }) => auditId,
      );
    });
}

function whereEntry(filter: AuditFilter, viewer: number | null): RawBuilder<unknown> {
  const { entity, entityId, actorKeyId, actorUserId, organizationId, from, until } = filter;
  const { requestId } = filter;
  const isOfActor = actorKeyId !== undefined || actorUserId !== undefined;
  return allOf(
    viewer === null ? null : sql`a.organization_id = ${viewer}`,
    organizationId === undefined ? null : sql`a.organization_id = ${organizationId}`,
    entity === undefined ? null : sql`a.entity = ${entity}`,
    entityId === undefined ? null : sql`a.entity_id = ${entityId}`,
    actorKeyId === undefined ? null : sql`a.actor_key_id = ${actorKeyId}`,
    actorUserId === undefined ? null : sql`a.actor_user_id = ${actorUserId}`,
    viewer === null || !isOfActor ? null : sql`a.actor_organization_id = ${viewer}`,
    requestId === undefined ? null : sql`a.request_id = ${requestId}`,
    from === undefined ? null : sql`a.at >= ${from}::timestamptz`,
    until === undefined ? null : sql`a.at < ${until}::timestamptz`,
  );
}

/** A page of what was written of a campaign and its creatives; whose campaign it is. */
export interface CampaignHistory {
  readonly advertiserId: number;
  readonly entries: PageOfItems<AuditEntry>;
}

/**
 * Reads what was written of a campaign and of its creatives, newest first; null = there is no such campaign. With a viewer
 * only what was written while the campaign was that organisation's.
 */
export function createReadCampaignHistory(
  db: Kysely<Database>,
): (
  campaignId: number,
  page: OrderedPage,
  viewerOrganizationId: number | null,
) => Promise<CampaignHistory | null> {
  return (campaignId, page, viewer) =>
    withPublicFaults(async () => {
      const campaign = await db
        .selectFrom("campaigns")
        .select("advertiser_id")
        .where("id", "=", campaignId)
        .executeTakeFirst();
      if (campaign === undefined) return null;
      const { after, suffix } = keysetOf(sql`a.id`, page);
      const { rows } = await sql<AuditRow>`
        select a.id, a.at, a.organization_id, a.entity, a.entity_id, a.actor_key_id, a.actor_user_id,
          a.actor_organization_id, a.actor_label, o.name as actor_organization, a.request_id, a.before, a.after
        from audit_log a left join organizations o on o.id = a.actor_organization_id
        where (a.entity = 'campaign' and a.entity_id = ${campaignId} or a.entity = 'creative'
            and a.entity_id in (select id from creatives where campaign_id = ${campaignId}))
          and (${viewer}::integer is null or a.organization_id = ${viewer})
          and ${after} ${suffix}`.execute(db);
      const read = rows.map((row) => rowToEntry(row, viewer));
      const entries = cutPage(read, page, ({ auditId }) => auditId);
      return { advertiserId: Number(campaign.advertiser_id), entries };
    });
}

function rowToEntry(row: AuditRow, viewer: number | null): AuditEntry {
  const isOther = viewer !== null && row.actor_organization_id !== null;
  const isForeign = isOther && row.actor_organization_id !== viewer;
  return {
    auditId: row.id,
    at: row.at.toISOString(),
    organizationId: row.organization_id,
    entity: row.entity,
    entityId: row.entity_id,
    actor: {
      label: isForeign ? (row.actor_organization ?? "") : row.actor_label,
      apiKeyId: row.actor_key_id,
      userId: row.actor_user_id,
      organizationId: row.actor_organization_id,
    },
    requestId: row.request_id,
    before: row.before,
    after: row.after,
  };
}
