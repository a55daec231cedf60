import { type Kysely, sql } from "kysely";

/** Who waits for an approval also hears of one that was there from the start: a trusted advertiser's, an administrator's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create trigger creatives_tell_approved after insert on creatives for each row
    when (new.review_status = 'approved') execute function tell_review()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger creatives_tell_approved on creatives`.execute(db);
}
