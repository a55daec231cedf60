import { type Kysely, sql, type Transaction } from "kysely";
import type { IdentifierKind } from "../../audience/identifierHash.ts";
import { minimumPeople } from "../../audience/retention.ts";
import {
  type AudienceListFields,
  type AudienceListRepository,
  listLimits,
  type StoredAudienceList,
} from "../../campaigns/audienceLists.ts";
import type { Actor } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

interface ListRow {
  readonly id: number;
  readonly advertiser_id: number;
  readonly segment_id: number;
  readonly slug: string;
  readonly name: string;
  readonly identifier: IdentifierKind;
  readonly collected_on: string;
  readonly expires_on: string;
  readonly entries: number;
  readonly matched: number | null;
  readonly matched_at: Date | null;
  readonly is_expired: boolean;
  readonly created_at: Date;
  readonly version: number;
}

const select = sql`
  select l.id, l.advertiser_id, l.segment_id, s.slug, l.name, l.identifier, l.collected_on::text as collected_on,
    l.expires_on::text as expires_on, l.entries, l.matched, l.matched_at, l.expires_on <= current_date as is_expired,
    l.created_at, l.version
  from audience_lists l join segments s on s.id = l.segment_id where l.deleted_at is null`;

/** Lists of customers in Postgres. `hashOf` keys the hashes that advertisers bring: theirs are not kept. */
export function createAudienceLists(
  db: Kysely<Database>,
  hashOf: (kind: IdentifierKind, sha256: string) => string,
): AudienceListRepository {
  const write = <Result>(work: (trx: Transaction<Database>) => Promise<Result>) =>
    withPublicFaults(() => db.transaction().execute(work).catch(sayWhy));
  return {
    list: (advertiserId) =>
      withPublicFaults(async () => {
        const { rows } = await sql<ListRow>`${select} and l.advertiser_id = ${advertiserId}
          order by l.id`.execute(db);
        return rows.map(rowToList);
      }),
    read: (advertiserId, listId) => withPublicFaults(() => readList(db, advertiserId, listId)),
    insert: (advertiserId, fields, actor) =>
      write((trx) => insertList(trx, advertiserId, fields, actor)),
    putEntries: (advertiserId, listId, { hashes, replaces }, actor) =>
      write(async (trx) => {
        const before = await lockList(trx, advertiserId, listId);
        if (before === null) return null;
        if (before.state === "expired") throw runOut();
        const keyed = hashes.map((hash) => hashOf(before.identifier, hash));
        if (replaces)
          await sql`delete from audience_list_entries where list_id = ${listId}`.execute(trx);
        await sql`insert into audience_list_entries (list_id, identifier_hash)
          select ${listId}, hash from unnest(${keyed}::text[]) as h (hash)
          on conflict do nothing`.execute(trx);
        await sql`update audience_lists set changed_at = now(), updated_at = now(), version = version + 1,
          entries = (select count(*) from audience_list_entries where list_id = ${listId})
          where id = ${listId}`.execute(trx);
        return auditChange(trx, before, actor);
      }),
    remove: (advertiserId, listId, actor) =>
      write(async (trx) => {
        const before = await lockList(trx, advertiserId, listId);
        if (before === null) return false;
        await sql`delete from audience_list_entries where list_id = ${listId}`.execute(trx);
        await sql`update audience_lists set deleted_at = now(), changed_at = now(), entries = 0
          where id = ${listId}`.execute(trx);
        await audit(trx, advertiserId, before, null, actor);
        return true;
      }),
  };
}

async function readList(
  db: Kysely<Database>,
  advertiserId: number,
  listId: number,
): Promise<StoredAudienceList | null> {
  const { rows } = await sql<ListRow>`${select} and l.id = ${listId}
    and l.advertiser_id = ${advertiserId}`.execute(db);
  return rows[0] === undefined ? null : rowToList(rows[0]);
}

async function lockList(
  trx: Transaction<Database>,
  advertiserId: number,
  listId: number,
): Promise<StoredAudienceList | null> {
  await sql`select from audience_lists where id = ${listId} and advertiser_id = ${advertiserId}
    for update`.execute(trx);
  return readList(trx, advertiserId, listId);
}

async function insertList(
  trx: Transaction<Database>,
  advertiserId: number,
  { name, identifier, basis, collectedOn, expiresOn }: AudienceListFields,
  actor: Actor,
): Promise<StoredAudienceList | null> {
  const { rows } = await sql<{ readonly list_id: number; readonly segment_id: number }>`
    select nextval(pg_get_serial_sequence('audience_lists', 'id'))::integer as list_id,
      nextval(pg_get_serial_sequence('segments', 'id'))::integer as segment_id
    from advertisers where id = ${advertiserId}`.execute(trx);
  const [ids] = rows;
  if (ids === undefined) return null;
  // Visitors read the name among the reasons of an ad: whose list it is, not what it is called.
  await sql`insert into segments (id, slug, name, advertiser_id)
    select ${ids.segment_id}, ${`liste-${ids.list_id}`}, left('Clients de ' || name, 100), id
    from advertisers where id = ${advertiserId}`.execute(trx);
  await sql`insert into audience_lists
      (id, advertiser_id, segment_id, name, identifier, basis, collected_on, expires_on)
    overriding system value values (${ids.list_id}, ${advertiserId}, ${ids.segment_id}, ${name}, ${identifier},
      ${basis}, ${collectedOn}::date, ${expiresOn}::date)`.execute(trx);
  const made = await readList(trx, advertiserId, ids.list_id);
  await audit(trx, advertiserId, null, made, actor);
  return made;
}

async function auditChange(
  trx: Transaction<Database>,
  before: StoredAudienceList,
  actor: Actor,
): Promise<StoredAudienceList | null> {
  const after = await readList(trx, before.advertiserId, before.listId);
  await audit(trx, before.advertiserId, before, after, actor);
  return after;
}

async function audit(
  trx: Transaction<Database>,
  advertiserId: number,
  before: StoredAudienceList | null,
  after: StoredAudienceList | null,
  actor: Actor,
): Promise<void> {
  const named = (list: StoredAudienceList | null) =>
    list === null ? null : { audienceList: list };
  const entry = { id: advertiserId, before: named(before), after: named(after) };
  await insertAudit(trx, "advertiser", [entry], actor);
}

function rowToList(row: ListRow): StoredAudienceList {
  const { matched, matched_at: countedAt } = row;
  const isEnough = matched !== null && matched >= minimumPeople;
  const counted = matched === null ? "waiting" : isEnough ? "usable" : "too_small";
  return {
    listId: row.id,
    advertiserId: row.advertiser_id,
    segmentId: row.segment_id,
    segment: row.slug,
    name: row.name,
    identifier: row.identifier,
    basis: "consent",
    collectedOn: row.collected_on,
    expiresOn: row.expires_on,
    entries: row.entries,
    people: isEnough ? matched - (matched % 10) : null,
    state: row.is_expired ? "expired" : counted,
    countedAt: countedAt === null ? null : countedAt.toISOString(),
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}

const runOut = () =>
  new PublicError("conflict", "The list has run out: make another one.", [
    { pointer: "", rule: "must not have run out" },
  ]);

/** The database's own rules about lists, in words. */
const refusals: Readonly<Record<string, string>> = {
  audience_lists_at_most: `An advertiser has at most ${listLimits.perAdvertiser} lists: delete one.`,
  audience_lists_entries: `A list has at most ${listLimits.entries} entries.`,
  audience_lists_name: "Another list of this advertiser has the same name.",
};

function sayWhy(error: unknown): never {
  const constraint =
    error instanceof Error && "constraint" in error ? String(error.constraint) : "";
  const detail = refusals[constraint];
  if (detail === undefined) throw error;
  throw new PublicError("conflict", detail, [{ pointer: "", rule: detail }]);
}
