import { type Kysely, sql } from "kysely";
import type {
  Actor,
  ApiKeyRepository,
  ApiKeyWrite,
  StoredApiKey,
} from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

const columns = sql`id as "apiKeyId", role, advertiser_ids as "advertiserIds", label`;

/** API keys by their hash. */
export function createApiKeyStore(db: Kysely<Database>): ApiKeyRepository {
  return {
    findByHash: (keyHash) =>
      withPublicFaults(async () => {
        const { rows } = await sql<StoredApiKey>`select ${columns} from api_keys
          where key_hash = ${keyHash} and revoked_at is null`.execute(db);
        return rows[0] ?? null;
      }),
    save: (key, actor) => withPublicFaults(() => saveKey(db, key, actor)),
    revoke: (apiKeyId, actor) => withPublicFaults(() => revokeKey(db, apiKeyId, actor)),
  };
}

function saveKey(db: Kysely<Database>, key: ApiKeyWrite, actor: Actor): Promise<StoredApiKey> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<StoredApiKey>`
      insert into api_keys (key_hash, role, advertiser_ids, label)
      values (${key.keyHash}, ${key.role}, ${key.advertiserIds}, ${key.label})
      on conflict (key_hash) do update set role = excluded.role, advertiser_ids = excluded.advertiser_ids,
        label = excluded.label, revoked_at = null
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
    const { rows } = await sql<StoredApiKey>`update api_keys set revoked_at = now()
      where id = ${apiKeyId} and revoked_at is null returning ${columns}`.execute(trx);
    const entries = rows.map((before) => ({ id: apiKeyId, before, after: null }));
    await insertAudit(trx, "api_key", entries, actor);
  });
}
