import { type Kysely, sql } from "kysely";
import type { DueList, ListMembers } from "../../jobs/publishLists.ts";

interface DueRow {
  readonly id: number;
  readonly segment_id: number;
  readonly is_over: boolean;
  readonly is_deleted: boolean;
}

const pageRows = 1_000;
const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

/** Who is on lists, and in whose scores that stands, in Postgres. */
export function createListMembers<DB>(db: Kysely<DB>): ListMembers {
  return {
    async due(model, nowMs, recountMs) {
      const { rows } = await sql<DueRow>`
        select id, segment_id, deleted_at is not null or expires_on <= ${at(nowMs)}::date as is_over,
          deleted_at is not null as is_deleted
        from audience_lists
        where deleted_at is not null or matched_at is null or matched_at <= changed_at
          or matched_at <= ${at(nowMs - recountMs)} or published_model is distinct from ${model}
        order by id limit 100`.execute(db);
      return rows.map(
        (row): DueList => ({
          listId: row.id,
          segmentId: row.segment_id,
          isOver: row.is_over,
          isDeleted: row.is_deleted,
        }),
      );
    },
    async count(listId, nowMs) {
      const { rows } = await sql<{ readonly people: number }>`
        select count(distinct i.visitor_key)::integer as people from audience_list_entries e
        join visitor_identifiers i on i.identifier_hash = e.identifier_hash and i.expires_at > ${at(nowMs)}
        where e.list_id = ${listId}`.execute(db);
      return rows[0]?.people ?? 0;
    },
    async matching(listId, nowMs, afterKey) {
      const { rows } = await sql<{ readonly visitor_key: string }>`
        select distinct i.visitor_key from audience_list_entries e
        join visitor_identifiers i on i.identifier_hash = e.identifier_hash and i.expires_at > ${at(nowMs)}
        where e.list_id = ${listId} and i.visitor_key > ${afterKey}
        order by i.visitor_key limit ${pageRows}`.execute(db);
      return rows.map((row) => row.visitor_key);
    },
    async leaving(listId, nowMs, isOver) {
      const { rows } = await sql<{ readonly visitor_key: string }>`
        select m.visitor_key from audience_list_members m
        where m.list_id = ${listId} and (${isOver} or not exists (
          select from visitor_identifiers i join audience_list_entries e
            on e.identifier_hash = i.identifier_hash and e.list_id = ${listId}
          where i.visitor_key = m.visitor_key and i.expires_at > ${at(nowMs)}))
        order by m.visitor_key limit ${pageRows}`.execute(db);
      return rows.map((row) => row.visitor_key);
    },
    async addMembers(listId, visitorKeys) {
      await sql`insert into audience_list_members (list_id, visitor_key)
        select ${listId}, key from unnest(${visitorKeys}::text[]) as k (key) on conflict do nothing`.execute(
        db,
      );
    },
    async removeMembers(listId, visitorKeys) {
      await sql`delete from audience_list_members where list_id = ${listId}
        and visitor_key = any(${visitorKeys}::text[])`.execute(db);
    },
    async finish({ listId, isOver, isDeleted }, people, model, nowMs) {
      if (isDeleted) {
        await sql`delete from audience_lists where id = ${listId}`.execute(db);
        return;
      }
      if (isOver)
        await sql`delete from audience_list_entries where list_id = ${listId}`.execute(db);
      await sql`update audience_lists set matched = ${people}, matched_at = ${at(nowMs)},
        published_model = ${model}, entries = case when ${isOver} then 0 else entries end
        where id = ${listId}`.execute(db);
    },
  };
}
