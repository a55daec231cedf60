import { type RawBuilder, sql } from "kysely";
import type { KnownCaller } from "../../campaigns/repository.ts";

export interface CallerRow {
  readonly api_key_id: number | null;
  readonly user_id: number | null;
  readonly session_id: number | null;
  readonly label: string;
  readonly role: KnownCaller["role"];
  readonly scopes: KnownCaller["scopes"];
  readonly organization_id: number;
  readonly is_operator: boolean;
  readonly advertiser_ids: readonly number[] | null;
}

/**
 * Whose things a caller of the organisation `o` sees, narrowed to a list of ids: an array, or null for all. What it names
 * counts only as long as it is the organisation's.
 */
export function visibleAdvertisers(narrowed: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when o.kind = 'operator' then ${narrowed} else array(
    select a.id from advertisers a
    where a.organization_id = o.id and (${narrowed} is null or a.id = any(${narrowed})) order by a.id) end`;
}

export function rowToCaller(row: CallerRow): KnownCaller {
  return {
    apiKeyId: row.api_key_id,
    userId: row.user_id,
    sessionId: row.session_id,
    label: row.label,
    role: row.role,
    scopes: row.scopes,
    organizationId: row.organization_id,
    isOperator: row.is_operator,
    advertiserIds: row.advertiser_ids,
  };
}
