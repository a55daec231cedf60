import { type Kysely, sql } from "kysely";

/**
 * The audit log says whose thing was written, by which person and in which request. The owner is found by a trigger, from
 * what the entry itself says, so that no writer can forget it; what names no owner is the operator's.
 */
const functions = [
  sql`create function audit_id(thing jsonb, field text) returns integer language sql immutable parallel safe as $$
        select case when jsonb_typeof(thing->field) = 'number' then (thing->>field)::numeric::integer end
      $$`,
  sql`create function own_audit_entry() returns trigger language plpgsql as $$
      declare
        thing jsonb := coalesce(new.after, new.before);
        advertiser integer := audit_id(thing, 'advertiserId');
        campaign integer := audit_id(thing, 'campaignId');
        creative integer := audit_id(thing, 'creativeId');
      begin
        case new.entity
          when 'organization' then new.organization_id := new.entity_id; return new;
          when 'advertiser' then advertiser := new.entity_id;
          when 'campaign' then campaign := new.entity_id;
          when 'creative' then creative := new.entity_id;
          else null;
        end case;
        new.organization_id := audit_id(thing, 'organizationId');
        if new.organization_id is not null then return new; end if;
        if advertiser is null then
          if campaign is null then select campaign_id into campaign from creatives where id = creative; end if;
          select advertiser_id into advertiser from campaigns where id = campaign;
        end if;
        select organization_id into new.organization_id from advertisers where id = advertiser;
        new.organization_id := coalesce(new.organization_id, 1);
        return new;
      end $$`,
];

const statements = [
  ...functions,
  // The operator's, for all that was remembered before there were others: nothing is rewritten.
  sql`alter table audit_log
        add column organization_id integer not null default 1
          constraint audit_log_organization_id_fkey references organizations (id) on delete restrict,
        add column actor_user_id integer
          constraint audit_log_actor_user_id_fkey references users (id) on delete restrict,
        add column actor_organization_id integer
          constraint audit_log_actor_organization_id_fkey references organizations (id) on delete restrict,
        add column request_id text,
        add constraint audit_log_request_length check (char_length(request_id) between 1 and 100)`,
  sql`alter table audit_log alter column organization_id drop default`,
  sql`create trigger audit_log_owner before insert on audit_log for each row execute function own_audit_entry()`,
  sql`create index audit_log_by_organization on audit_log (organization_id, id)`,
  sql`create index audit_log_by_key on audit_log (actor_key_id, id) where actor_key_id is not null`,
  sql`create index audit_log_by_user on audit_log (actor_user_id, id) where actor_user_id is not null`,
];

const added = "'organization'::text, 'user'::text, 'session'::text";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
  await rewriteEntities(db, "'api_key'::text", `'api_key'::text, ${added}`);
}

/** Entries of kinds that the older schema does not know stay: the log is append-only, its older rule is for new ones. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger audit_log_owner on audit_log`.execute(db);
  await rewriteEntities(db, `, ${added}`, "");
  await sql`drop index audit_log_by_key`.execute(db);
  await sql`alter table audit_log
    drop column organization_id, drop column actor_user_id, drop column actor_organization_id, drop column request_id`.execute(
    db,
  );
  await sql`drop function own_audit_entry(), audit_id(jsonb, text)`.execute(db);
}

/** Other migrations lengthen the same list: what else it holds now is kept. */
async function rewriteEntities(
  db: Kysely<unknown>,
  piece: string,
  replacement: string,
): Promise<void> {
  const { rows } = await sql<{ readonly definition: string }>`
    select pg_get_constraintdef(oid) as definition from pg_constraint
    where conname = 'audit_log_entity' and conrelid = 'audit_log'::regclass`.execute(db);
  const definition = (rows[0]?.definition ?? "").replace(/ NOT VALID$/, "");
  if (!definition.includes(piece)) throw new Error("the audit log's rule has another shape");
  const rule = sql.raw(definition.replace(piece, replacement));
  await sql`alter table audit_log drop constraint audit_log_entity,
    add constraint audit_log_entity ${rule} not valid`.execute(db);
}
