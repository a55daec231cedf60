import { type Kysely, sql } from "kysely";
import type { AuditEntry, AuditQuery } from "../../accounts/auditQuery.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";

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
): (query: AuditQuery, viewerOrganizationId: number | null) => Promise<readonly AuditEntry[]> {
  return (query, viewer) =>
    withPublicFaults(async () => {
      const { entity, entityId, actorKeyId, actorUserId, organizationId } = query;
      const { from, until, requestId, cursor, limit } = query;
      const { rows } = await sql<AuditRow>`
        select a.id, a.at, a.organization_id, a.entity, a.entity_id, a.actor_key_id, a.actor_user_id,
          a.actor_organization_id, a.actor_label, o.name as actor_organization, a.request_id, a.before, a.after
        from audit_log a left join organizations o on o.id = a.actor_organization_id
        where (${viewer}::integer is null or a.organization_id = ${viewer})
          and (${organizationId}::integer is null or a.organization_id = ${organizationId})
          and (${entity}::text is null or a.entity = ${entity})
          and (${entityId}::integer is null or a.entity_id = ${entityId})
          and (${actorKeyId}::integer is null or a.actor_key_id = ${actorKeyId})
          and (${actorUserId}::integer is null or a.actor_user_id = ${actorUserId})
          and (${viewer}::integer is null or ${actorKeyId}::integer is null and ${actorUserId}::integer is null
            or a.actor_organization_id = ${viewer})
          and (${requestId}::text is null or a.request_id = ${requestId})
          and (${from}::timestamptz is null or a.at >= ${from})
          and (${until}::timestamptz is null or a.at < ${until})
          and (${cursor}::bigint is null or a.id < ${cursor})
        order by a.id desc limit ${limit}`.execute(db);
      return rows.map((row) => rowToEntry(row, viewer));
    });
}

/** A page of what was written of a campaign and its creatives; whose campaign it is. */
export interface CampaignHistory {
  readonly advertiserId: number;
  readonly entries: readonly AuditEntry[];
}

/**
 * Reads what was written of a campaign and of its creatives, newest first; null = there is no such campaign. With a viewer
 * only what was written while the campaign was that organisation's.
 */
export function createReadCampaignHistory(
  db: Kysely<Database>,
): (
  campaignId: number,
  page: Pick<AuditQuery, "limit" | "cursor">,
  viewerOrganizationId: number | null,
) => Promise<CampaignHistory | null> {
  return (campaignId, { limit, cursor }, viewer) =>
    withPublicFaults(async () => {
      const campaign = await db
        .selectFrom("campaigns")
        .select("advertiser_id")
        .where("id", "=", campaignId)
        .executeTakeFirst();
      if (campaign === undefined) return null;
      const { rows } = await sql<AuditRow>`
        select a.id, a.at, a.organization_id, a.entity, a.entity_id, a.actor_key_id, a.actor_user_id,
          a.actor_organization_id, a.actor_label, o.name as actor_organization, a.request_id, a.before, a.after
        from audit_log a left join organizations o on o.id = a.actor_organization_id
        where (a.entity = 'campaign' and a.entity_id = ${campaignId} or a.entity = 'creative'
            and a.entity_id in (select id from creatives where campaign_id = ${campaignId}))
          and (${viewer}::integer is null or a.organization_id = ${viewer})
          and (${cursor}::bigint is null or a.id < ${cursor})
        order by a.id desc limit ${limit}`.execute(db);
      const entries = rows.map((row) => rowToEntry(row, viewer));
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
