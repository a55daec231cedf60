import { type Kysely, sql } from "kysely";
import type {
  Actor,
  ApiKeyRepository,
  ApiKeyWrite,
  KnownCaller,
} from "../../campaigns/repository.ts";
import { type CallerRow, rowToCaller, visibleAdvertisers } from "./callerRows.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

const operatorId = 1;

const columns = sql`id as "apiKeyId", organization_id as "organizationId", role,
  advertiser_ids as "advertiserIds", label`;

interface AuditedKey {
  readonly apiKeyId: number;
}

/** API keys by their hash, as whoever asks shows them. `keyRows.ts` keeps them for those who manage them. */
export function createApiKeyStore(db: Kysely<Database>): ApiKeyRepository {
  return {
    findByHash: (keyHash) => withPublicFaults(() => findByHash(db, keyHash)),
    save: (key, actor) => withPublicFaults(() => saveKey(db, key, actor)),
    revoke: (apiKeyId, actor) => withPublicFaults(() => revokeKey(db, apiKeyId, actor)),
  };
}

/** A person's key may no more than the person: it ends with the account, and with the role that it was made for. */
async function findByHash(db: Kysely<Database>, keyHash: string): Promise<KnownCaller | null> {
  const { rows } = await sql<CallerRow & { readonly is_stale: boolean }>`
    select k.id as api_key_id, k.user_id, null::integer as session_id, k.label, k.role, k.scopes, k.organization_id,
      o.kind = 'operator' as is_operator, ${visibleAdvertisers(sql`k.advertiser_ids`)} as advertiser_ids,
      k.last_used_at is null or k.last_used_at < date_trunc('hour', now()) as is_stale
    from api_keys k join organizations o on o.id = k.organization_id left join users u on u.id = k.user_id
    where (k.key_hash = ${keyHash} or (k.previous_key_hash = ${keyHash} and k.previous_ends_at > now()))
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) and o.active
      and (u.id is null or (u.active and (u.role in ('admin', k.role) or k.role = 'reader')))`.execute(
    db,
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.is_stale) rememberUse(db, row.api_key_id);
  return rowToCaller(row);
}

/** Written beside the request, once an hour, and never missed: it helps people to find keys that nobody needs. */
function rememberUse(db: Kysely<Database>, apiKeyId: number | null): void {
  sql`update api_keys set last_used_at = date_trunc('hour', now())
    where id = ${apiKeyId} and (last_used_at is null or last_used_at < date_trunc('hour', now()))`
    .execute(db)
    .catch(() => undefined);
}

function saveKey(db: Kysely<Database>, key: ApiKeyWrite, actor: Actor): Promise<AuditedKey> {
  const { keyHash, role, label, organizationId = operatorId } = key;
  const advertiserIds = key.advertiserIds.length === 0 ? null : key.advertiserIds;
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<AuditedKey>`
      insert into api_keys (key_hash, organization_id, role, advertiser_ids, label)
      values (${keyHash}, ${organizationId}, ${role}, ${advertiserIds}, ${label})
      on conflict (key_hash) do update set organization_id = excluded.organization_id, role = excluded.role,
        advertiser_ids = excluded.advertiser_ids, label = excluded.label, revoked_at = null
      returning ${columns}`.execute(trx);
    const saved = rows[0];
    if (saved === undefined) throw new Error("an upsert returned no row");
    const entry = { id: saved.apiKeyId, before: null, after: saved };
    await insertAudit(trx, "api_key", [entry], actor);
    return saved;
  });
}

function revokeKey(db: Kysely<Database>, apiKeyId: number, actor: Actor): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { rows } =
      await sql<AuditedKey>`update api_keys set revoked_at = now(), version = version + 1
      where id = ${apiKeyId} and revoked_at is null returning ${columns}`.execute(trx);
    const entries = rows.map((before) => ({ id: apiKeyId, before, after: null }));
    await insertAudit(trx, "api_key", entries, actor);
  });
}
