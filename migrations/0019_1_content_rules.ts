import { type Kysely, sql } from "kysely";

/**
 * What a campaign says that it is about, licences that an operator has seen, the version of the rules that judged a
 * creative with what it found, and how creatives of a campaign take turns.
 */
const statements = [
  sql`create function valid_content_codes(codes text[]) returns boolean
      language sql immutable parallel safe as $$
        select cardinality(codes) <= 20 and not exists (
          select from unnest(codes) as c(code) where code is null or code !~ '^[a-z_0-9]{1,40}$')
      $$`,
  sql`alter table campaigns
        add column content_categories text[] not null default '{}',
        add column co2_class text,
        add column creative_rotation text not null default 'even',
        add column utm_tagging boolean not null default false,
        add constraint campaigns_content_categories check (valid_content_codes(content_categories)),
        add constraint campaigns_co2_class check (co2_class ~ '^[A-G]$'),
        add constraint campaigns_creative_rotation check (creative_rotation in ('even', 'weighted', 'auto'))`,
  sql`alter table advertisers add column licences text[] not null default '{}',
        add constraint advertisers_licences check (valid_content_codes(licences))`,
  // What exists was judged by nobody: the first pass does.
  sql`alter table creatives
        add column rules_version integer not null default 0,
        add column rules_flags text[] not null default '{}',
        add column weight integer not null default 1,
        add column learnt_share real,
        add constraint creatives_rules_version check (rules_version >= 0),
        add constraint creatives_rules_flags check (valid_content_codes(rules_flags)),
        add constraint creatives_weight check (weight between 1 and 100),
        add constraint creatives_learnt_share check (learnt_share > 0 and learnt_share <= 1)`,
  sql`create index creatives_by_rules on creatives (rules_version, id)`,
  // Another trade or another subject is judged again.
  sql`create function judge_creatives_again() returns trigger language plpgsql as $$
      begin
        if tg_table_name = 'advertisers' then
          update creatives set rules_version = 0
            where campaign_id in (select id from campaigns where advertiser_id = new.id);
        else
          update creatives set rules_version = 0 where campaign_id = new.id;
        end if;
        return null;
      end $$`,
  sql`create trigger judge_creatives_again after update on advertisers for each row
      when (old.trade is distinct from new.trade or old.licences is distinct from new.licences)
      execute function judge_creatives_again()`,
  sql`create trigger judge_creatives_again after update on campaigns for each row
      when (old.content_categories is distinct from new.content_categories)
      execute function judge_creatives_again()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger judge_creatives_again on campaigns`.execute(db);
  await sql`drop trigger judge_creatives_again on advertisers`.execute(db);
  await sql`drop function judge_creatives_again()`.execute(db);
  await sql`alter table creatives drop column rules_version, drop column rules_flags, drop column weight,
    drop column learnt_share`.execute(db);
  await sql`alter table advertisers drop column licences`.execute(db);
  await sql`alter table campaigns drop column content_categories, drop column co2_class,
    drop column creative_rotation, drop column utm_tagging`.execute(db);
  await sql`drop function valid_content_codes(text[])`.execute(db);
}
