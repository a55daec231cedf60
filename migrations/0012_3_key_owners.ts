import { type Kysely, sql } from "kysely";

/** Keys belong to an organisation, may be narrowed, expire and be replaced. Those there are become the operator's. */
const statements = [
  sql`alter table api_keys
        drop constraint api_keys_advertisers,
        drop constraint api_keys_role,
        alter column advertiser_ids drop not null,
        alter column advertiser_ids drop default,
        add column organization_id integer not null default 1
          constraint api_keys_organization_id_fkey references organizations (id) on delete restrict,
        add column user_id integer constraint api_keys_user_id_fkey references users (id) on delete restrict,
        add column scopes text[],
        add column expires_at timestamptz,
        add column last_used_at timestamptz,
        add column previous_key_hash text,
        add column previous_ends_at timestamptz,
        add column version integer not null default 1,
        add column updated_at timestamptz not null default now()`,
  sql`alter table api_keys alter column organization_id drop default`,
  sql`update api_keys set advertiser_ids = null where advertiser_ids = '{}'`,
  sql`alter table api_keys
        add constraint api_keys_role check (role in ('admin', 'manager', 'reviewer', 'reader')),
        -- Null = all of the organisation's; an administrator is never tied to some.
        add constraint api_keys_advertisers check (advertiser_ids is null or (
          cardinality(advertiser_ids) between 1 and 1000
          and array_position(advertiser_ids, null) is null and role <> 'admin')),
        add constraint api_keys_scopes check (scopes is null or (
          cardinality(scopes) between 1 and 20 and valid_texts(scopes, 20, 40))),
        add constraint api_keys_previous_unique unique (previous_key_hash),
        add constraint api_keys_previous_shape check (previous_key_hash ~ '^[0-9a-f]{64}$'),
        add constraint api_keys_previous_whole check ((previous_key_hash is null) = (previous_ends_at is null)),
        add constraint api_keys_version_positive check (version > 0)`,
  sql`create index api_keys_by_organization on api_keys (organization_id, id)`,
  sql`create function at_most_keys() returns trigger language plpgsql as $$
      begin
        perform from organizations where id = new.organization_id for update;
        if (select count(*) from api_keys where organization_id = new.organization_id and revoked_at is null
            and (expires_at is null or expires_at > now())) >= 500 then
          raise exception 'an organisation has at most 500 keys'
            using errcode = 'check_violation', constraint = 'api_keys_at_most';
        end if;
        return new;
      end $$`,
  sql`create trigger api_keys_at_most before insert on api_keys for each row execute function at_most_keys()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

/** What the older schema cannot say would be allowed more than it was: such keys are revoked. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger api_keys_at_most on api_keys`.execute(db);
  await sql`drop function at_most_keys()`.execute(db);
  await sql`alter table api_keys drop constraint api_keys_advertisers, drop constraint api_keys_role`.execute(
    db,
  );
  await sql`update api_keys set revoked_at = coalesce(revoked_at, now()), role = 'reader', advertiser_ids = null
    where organization_id <> 1 or user_id is not null or scopes is not null or expires_at is not null
      or role = 'reviewer' or (role = 'manager') <> (advertiser_ids is not null)`.execute(db);
  await sql`update api_keys set advertiser_ids = '{}' where advertiser_ids is null`.execute(db);
  await sql`alter table api_keys
    drop constraint api_keys_scopes,
    drop column organization_id, drop column user_id, drop column scopes, drop column expires_at,
    drop column last_used_at, drop column previous_key_hash, drop column previous_ends_at, drop column version,
    drop column updated_at,
    alter column advertiser_ids set default '{}',
    alter column advertiser_ids set not null,
    add constraint api_keys_role check (role in ('admin', 'manager', 'reader')),
    add constraint api_keys_advertisers check (
      cardinality(advertiser_ids) <= 1000
      and array_position(advertiser_ids, null) is null
      and (role = 'manager') = (cardinality(advertiser_ids) > 0))`.execute(db);
}
