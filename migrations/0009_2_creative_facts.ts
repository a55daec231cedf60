import { type Kysely, sql } from "kysely";

/** What exchanges ask of creatives besides: the size of a native picture, an icon, AdCOM attributes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table creatives
    add column image_width integer,
    add column image_height integer,
    add column icon_url text,
    add column icon_side integer,
    add column attributes smallint[] not null default '{}',
    add constraint creatives_image_size check (num_nulls(image_width, image_height) in (0, 2)
      and image_width between 1 and 10000 and image_height between 1 and 10000),
    add constraint creatives_icon check (num_nulls(icon_url, icon_side) in (0, 2) and icon_side between 1 and 10000
      and icon_url ~ '^(https://|http://(localhost|127[.]0[.]0[.]1)[:/])[^[:space:]]+$' and char_length(icon_url) <= 2048),
    add constraint creatives_facts_of_native
      check (format = 'native' or num_nonnulls(image_width, image_height, icon_url, icon_side) = 0),
    add constraint creatives_attributes check (cardinality(attributes) <= 18
      and array_position(attributes, null) is null
      and attributes <@ array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]::smallint[])`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table creatives
    drop constraint creatives_image_size, drop constraint creatives_icon,
    drop constraint creatives_facts_of_native, drop constraint creatives_attributes,
    drop column image_width, drop column image_height, drop column icon_url, drop column icon_side,
    drop column attributes`.execute(db);
}
