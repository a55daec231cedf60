import { sql } from "kysely";
import type { StoredWebhook, WebhookFilter, WebhookWrite } from "../../accounts/saveWebhook.ts";
import { allOf, type EntityMapping, writtenSorts } from "./entityMapping.ts";

interface WebhookRow {
  readonly id: number;
  readonly organization_id: number;
  readonly advertiser_id: number | null;
  readonly url: string;
  readonly events: StoredWebhook["events"];
  readonly active: boolean;
  readonly secret_salt: string;
  readonly previous_salt: string | null;
  readonly previous_ends_at: Date | null;
  readonly failing_since: Date | null;
  readonly disabled_reason: StoredWebhook["disabledReason"];
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const toIso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Webhooks: one row each; their secrets are nowhere. */
export const webhookMapping: EntityMapping<WebhookRow, StoredWebhook, WebhookWrite, WebhookFilter> =
  {
    entity: "webhook",
    table: "webhooks",
    select: sql<WebhookRow>`select e.* from webhooks e`,
    fieldsToRow: (fields) => ({
      organization_id: fields.organizationId,
      advertiser_id: fields.advertiserId,
      url: fields.url,
      events: fields.events,
      active: fields.active,
      secret_salt: fields.secretSalt,
      previous_salt: fields.previousSalt,
      previous_ends_at: fields.previousEndsAt,
      disabled_reason: fields.disabledReason,
      // A change is a new beginning: whatever failed before counts no longer.
      failing_since: null,
    }),
    rowToKept: (row) => ({
      webhookId: row.id,
      organizationId: row.organization_id,
      advertiserId: row.advertiser_id,
      url: row.url,
      events: row.events,
      active: row.active,
      secretSalt: row.secret_salt,
      previousSalt: row.previous_salt,
      previousEndsAt: toIso(row.previous_ends_at),
      failingSince: toIso(row.failing_since),
      disabledReason: row.disabled_reason,
      version: row.version,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }),
    idOf: ({ webhookId }) => webhookId,
    where: ({ organizationId, advertiserId, active }) =>
      allOf(
        organizationId === null ? null : sql`e.organization_id = ${organizationId}`,
        advertiserId === undefined ? null : sql`e.advertiser_id = ${advertiserId}`,
        active === undefined ? null : sql`e.active = ${active}`,
      ),
    sorts: writtenSorts,
    toAudit: ({ secretSalt: _salt, previousSalt: _previous, ...webhook }) => webhook,
  };
