import { type Kysely, sql } from "kysely";

/**
 * Lists of customers that advertisers bring, as hashes. What the site knows of visitors by the same hashes, with their consent,
 * says who is on a list; a segment stands for it, which is the advertiser's own. Hashes are kept under a key of ours: neither
 * an address nor its SHA-256 can be tried against what lies here.
 */
const statements = [
  `create table visitor_identifiers (
      identifier_hash text not null,
      visitor_key text not null,
      given_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (identifier_hash, visitor_key),
      constraint visitor_identifiers_hash check (identifier_hash ~ '^[A-Za-z0-9_-]{22}$'),
      constraint visitor_identifiers_visitor_key check (visitor_key ~ '^[A-Za-z0-9_-]{22}$'),
      constraint visitor_identifiers_life check (expires_at > given_at and expires_at <= given_at + interval '13 months')
    )`,
  `create index visitor_identifiers_by_visitor on visitor_identifiers (visitor_key)`,
  `create index visitor_identifiers_by_end on visitor_identifiers (expires_at)`,
  // Null = everybody's.
  `alter table segments add column advertiser_id integer references advertisers (id) on delete cascade`,
  `create index segments_by_advertiser on segments (advertiser_id) where advertiser_id is not null`,
  `create table audience_lists (
      id integer generated always as identity primary key,
      advertiser_id integer not null references advertisers (id) on delete cascade,
      segment_id integer not null references segments (id),
      name text not null,
      identifier text not null,
      basis text not null,
      collected_on date not null,
      expires_on date not null,
      entries integer not null default 0,
      matched integer,
      matched_at timestamptz,
      published_model bigint,
      changed_at timestamptz not null default now(),
      deleted_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint audience_lists_segment_unique unique (segment_id),
      constraint audience_lists_name_length check (name = btrim(name) and char_length(name) between 1 and 100),
      constraint audience_lists_identifier check (identifier in ('email_sha256', 'id_sha256')),
      constraint audience_lists_basis check (basis in ('consent')),
      constraint audience_lists_life check (expires_on > collected_on and expires_on <= collected_on + interval '13 months'),
      constraint audience_lists_entries check (entries between 0 and 1000000),
      constraint audience_lists_matched check (matched >= 0)
    )`,
  `create index audience_lists_by_advertiser on audience_lists (advertiser_id, id)`,
  // What was deleted is taken out of scores before it goes.
  `create unique index audience_lists_name on audience_lists (advertiser_id, name) where deleted_at is null`,
  // Several writers at once make no more than twenty: the advertiser's row is locked meanwhile.
  `create function bound_audience_lists() returns trigger language plpgsql as $$
      begin
        perform from advertisers where id = new.advertiser_id for update;
        if (select count(*) from audience_lists where advertiser_id = new.advertiser_id and deleted_at is null) >= 20 then
          raise exception 'an advertiser has at most 20 lists'
            using errcode = 'check_violation', constraint = 'audience_lists_at_most';
        end if;
        return new;
      end $$`,
  `create trigger audience_lists_bounded before insert on audience_lists
      for each row execute function bound_audience_lists()`,
  `create table audience_list_entries (
      list_id integer not null references audience_lists (id) on delete cascade,
      identifier_hash text not null,
      primary key (list_id, identifier_hash),
      constraint audience_list_entries_hash check (identifier_hash ~ '^[A-Za-z0-9_-]{22}$')
    )`,
  `create index audience_list_entries_by_hash on audience_list_entries (identifier_hash)`,
  // Whose scores say that they are on a list, under the model that was served then: who leaves it is taken out of them.
  `create table audience_list_members (
      list_id integer not null references audience_lists (id) on delete cascade,
      visitor_key text not null,
      primary key (list_id, visitor_key),
      constraint audience_list_members_visitor_key check (visitor_key ~ '^[A-Za-z0-9_-]{22}$')
    )`,
  `create index audience_list_members_by_visitor on audience_list_members (visitor_key)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table audience_list_members, audience_list_entries, audience_lists, visitor_identifiers`.execute(
    db,
  );
  await sql`drop function bound_audience_lists()`.execute(db);
  await sql`alter table segments drop column advertiser_id`.execute(db);
}
