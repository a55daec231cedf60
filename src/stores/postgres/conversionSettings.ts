import { type Kysely, sql, type Transaction } from "kysely";
import type {
  ConversionSettings,
  ConversionSettingsRepository,
  PostbackKey,
} from "../../campaigns/conversionSettings.ts";
import type { Actor } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

interface KeyRow {
  readonly id: number;
  readonly label: string;
  readonly created_at: Date;
}

/** Windows and postback keys of advertisers. */
export function createConversionSettingsStore(db: Kysely<Database>): ConversionSettingsRepository {
  return {
    read: (advertiserId) => withPublicFaults(() => readSettings(db, advertiserId)),
    write: (advertiserId, settings, actor) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => writeSettings(trx, advertiserId, settings, actor)),
      ),
    listKeys: (advertiserId) =>
      withPublicFaults(async () => {
        const { rows } = await sql<KeyRow>`select id, label, created_at from postback_keys
          where advertiser_id = ${advertiserId} and revoked_at is null order by id`.execute(db);
        return rows.map(toKey);
      }),
    insertKey: (advertiserId, key, actor) =>
      withPublicFaults(() =>
        db
          .transaction()
          .execute((trx) => insertKey(trx, advertiserId, key, actor))
          .catch(sayTooMany),
      ),
    revokeKey: (advertiserId, postbackKeyId, actor) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => revokeKey(trx, advertiserId, postbackKeyId, actor)),
      ),
    findAdvertiserOfKey: (keyHash) =>
      withPublicFaults(async () => {
        const { rows } = await sql<{ readonly advertiser_id: number }>`
          select advertiser_id from postback_keys
          where key_hash = ${keyHash} and revoked_at is null`.execute(db);
        return rows[0]?.advertiser_id ?? null;
      }),
  };
}

async function readSettings(
  db: Kysely<Database>,
  advertiserId: number,
): Promise<ConversionSettings | null> {
  const { rows } = await sql<ConversionSettings>`
    select click_window_days as "clickWindowDays", view_window_hours as "viewWindowHours"
    from conversion_settings where advertiser_id = ${advertiserId}`.execute(db);
  return rows[0] ?? null;
}

async function writeSettings(
  trx: Transaction<Database>,
  advertiserId: number,
  settings: ConversionSettings,
  actor: Actor,
): Promise<boolean> {
  const { clickWindowDays, viewWindowHours } = settings;
  const known = await sql`select from advertisers where id = ${advertiserId} for update`.execute(
    trx,
  );
  if (known.rows.length === 0) return false;
  const before = await readSettings(trx, advertiserId);
  await sql`
    insert into conversion_settings (advertiser_id, click_window_days, view_window_hours)
    values (${advertiserId}, ${clickWindowDays}, ${viewWindowHours})
    on conflict (advertiser_id) do update set click_window_days = excluded.click_window_days,
      view_window_hours = excluded.view_window_hours, updated_at = now()`.execute(trx);
  const entry = { before: { conversionSettings: before }, after: { conversionSettings: settings } };
  await insertAudit(trx, "advertiser", [{ id: advertiserId, ...entry }], actor);
  return true;
}

async function insertKey(
  trx: Transaction<Database>,
  advertiserId: number,
  { keyHash, label }: { readonly keyHash: string; readonly label: string },
  actor: Actor,
): Promise<PostbackKey | null> {
  const { rows } = await sql<KeyRow>`
    insert into postback_keys (advertiser_id, key_hash, label)
    select id, ${keyHash}, ${label} from advertisers where id = ${advertiserId}
    returning id, label, created_at`.execute(trx);
  if (rows[0] === undefined) return null;
  const postbackKey = toKey(rows[0]);
  const entry = { id: advertiserId, before: null, after: { postbackKey } };
  await insertAudit(trx, "advertiser", [entry], actor);
  return postbackKey;
}

async function revokeKey(
  trx: Transaction<Database>,
  advertiserId: number,
  postbackKeyId: number,
  actor: Actor,
): Promise<boolean> {
  const { rows } = await sql<KeyRow>`update postback_keys set revoked_at = now()
    where id = ${postbackKeyId} and advertiser_id = ${advertiserId} and revoked_at is null
    returning id, label, created_at`.execute(trx);
  const entries = rows.map((row) => ({
    id: advertiserId,
    before: { postbackKey: toKey(row) },
    after: null,
  }));
  await insertAudit(trx, "advertiser", entries, actor);
  return rows.length > 0;
}

function sayTooMany(error: unknown): never {
  const isFull =
    error instanceof Error &&
    "constraint" in error &&
    error.constraint === "postback_keys_at_most_five";
  if (!isFull) throw error;
  throw new PublicError("conflict", "An advertiser has at most 5 postback keys: revoke one.", [
    { pointer: "", rule: "at most 5 keys" },
  ]);
}

function toKey({ id, label, created_at }: KeyRow): PostbackKey {
  return { postbackKeyId: id, label, createdAt: created_at.toISOString() };
}
