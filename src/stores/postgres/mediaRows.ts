import { type Kysely, sql, type Transaction } from "kysely";
import type { Actor, OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type {
  MediaFields,
  MediaFilter,
  MediaRepository,
  StoredMedia,
} from "../../media/mediaRepository.ts";
import type { Database } from "./database.ts";
import { allOf, isOneOf } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";
import { insertAudit, insertRows, takeIds } from "./rowWrites.ts";
import { afterCommit } from "./transactionScope.ts";

interface MediaRow {
  readonly id: number;
  readonly advertiser_id: number;
  readonly name: string;
  readonly hash: string;
  readonly upload_format: MediaFields["uploadFormat"];
  readonly upload_bytes: number;
  readonly width: number;
  readonly height: number;
  readonly sizes: MediaFields["sizes"];
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Uploaded pictures in PostgreSQL; their files lie in a `MediaStore`. */
export function createMediaRepository(db: Kysely<Database>): MediaRepository {
  return {
    read: (mediaId) =>
      withPublicFaults(async () => (await readMedia(db, sql`id = ${mediaId}`))[0] ?? null),
    findByHash: (advertiserId, hash) => withPublicFaults(() => findByHash(db, advertiserId, hash)),
    page: (filter, page) => withPublicFaults(() => readPage(db, filter, page)),
    insert: (fields, atMost, keepFiles, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          await lockAdvertiser(trx, fields.advertiserId);
          const known = await findByHash(trx, fields.advertiserId, fields.hash);
          if (known !== null) return known;
          await refuseTooMany(trx, fields.advertiserId, atMost);
          const [id = 0] = await takeIds(trx, "media", 1);
          await insertRows(trx, "media", [{ id, ...fieldsToRow(fields) }]);
          const [kept] = await readMedia(trx, sql`id = ${id}`);
          if (kept === undefined) throw new Error(`media ${id} vanished while it was written`);
          await insertAudit(trx, "media", [{ id, before: null, after: toAudit(kept) }], actor);
          await keepFiles();
          return kept;
        }),
      ),
    remove: (mediaId, dropFiles, actor) =>
      withPublicFaults(async () => {
        const removed = await db.transaction().execute((trx) => removeRow(trx, mediaId, actor));
        if (removed === "unknown" || removed === "used") return removed;
        await afterCommit(db, () => withPublicFaults(() => dropUnlessKept(db, removed, dropFiles)));
        return "removed";
      }),
  };
}

async function removeRow(
  trx: Transaction<Database>,
  mediaId: number,
  actor: Actor,
): Promise<StoredMedia | "unknown" | "used"> {
  const [kept] = await readMedia(trx, sql`id = ${mediaId} for update`);
  if (kept === undefined) return "unknown";
  if (await isUsed(trx, kept)) return "used";
  await sql`delete from media where id = ${mediaId}`.execute(trx);
  const entry = { id: mediaId, before: toAudit(kept), after: null };
  await insertAudit(trx, "media", [entry], actor);
  return kept;
}

/** The same picture may have been uploaded again since, under the same names. */
async function dropUnlessKept(
  db: Kysely<Database>,
  { advertiserId, hash }: StoredMedia,
  dropFiles: () => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockAdvertiser(trx, advertiserId);
    if ((await findByHash(trx, advertiserId, hash)) === null) await dropFiles();
  });
}

async function readMedia(
  executor: Kysely<Database>,
  condition: ReturnType<typeof sql>,
): Promise<readonly StoredMedia[]> {
  const { rows } = await sql<MediaRow>`select * from media where ${condition}`.execute(executor);
  return rows.map(rowToMedia);
}

async function readPage(
  db: Kysely<Database>,
  { advertiserIds, q }: MediaFilter,
  page: OrderedPage,
): Promise<PageOfItems<StoredMedia>> {
  const { after, suffix } = keysetOf(sql`id`, page);
  const condition = allOf(
    advertiserIds && isOneOf(sql`advertiser_id`, advertiserIds),
    q === undefined ? null : sql`strpos(fold_name(name), fold_name(${q})) > 0`,
    after,
  );
  const rows = await readMedia(db, sql`${condition} ${suffix}`);
  return cutPage(rows, page, ({ mediaId }) => mediaId);
}

async function findByHash(
  executor: Kysely<Database>,
  advertiserId: number,
  hash: string,
): Promise<StoredMedia | null> {
  const found = await readMedia(executor, sql`advertiser_id = ${advertiserId} and hash = ${hash}`);
  return found[0] ?? null;
}

/** Two uploads of one advertiser wait for each other here: neither passes the limit, and the same file is kept once. */
async function lockAdvertiser(trx: Transaction<Database>, advertiserId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('media'), ${advertiserId})`.execute(trx);
}

async function refuseTooMany(
  trx: Transaction<Database>,
  advertiserId: number,
  atMost: number,
): Promise<void> {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*)::integer as count from media where advertiser_id = ${advertiserId}`.execute(
    trx,
  );
  if ((rows[0]?.count ?? 0) < atMost) return;
  throw new PublicError("conflict", `An advertiser has at most ${atMost} pictures.`, [
    { pointer: "advertiserId", rule: "delete pictures that no creative shows" },
  ]);
}

/** A version that was approved may show a picture that its creative has left since. */
async function isUsed(trx: Transaction<Database>, media: StoredMedia): Promise<boolean> {
  const { rows } = await sql<{ readonly used: boolean }>`
    select exists(select from creatives where media_id = ${media.mediaId}) or exists(
      select from creatives k join campaigns c on c.id = k.campaign_id
      where c.advertiser_id = ${media.advertiserId} and k.approved_shown is not null
        and k.approved_shown::text like ${`%${media.hash}%`}) as used`.execute(trx);
  return rows[0]?.used ?? true;
}

const fieldsToRow = (fields: MediaFields) => ({
  advertiser_id: fields.advertiserId,
  name: fields.name,
  hash: fields.hash,
  upload_format: fields.uploadFormat,
  upload_bytes: fields.uploadBytes,
  width: fields.width,
  height: fields.height,
  sizes: fields.sizes,
});

const rowToMedia = (row: MediaRow): StoredMedia => ({
  mediaId: row.id,
  advertiserId: row.advertiser_id,
  name: row.name,
  hash: row.hash,
  uploadFormat: row.upload_format,
  uploadBytes: row.upload_bytes,
  width: row.width,
  height: row.height,
  sizes: row.sizes,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

const toAudit = ({ sizes: _sizes, ...media }: StoredMedia) => media;
