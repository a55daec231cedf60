import { type Kysely, sql } from "kysely";

/** A third thing to pay for: the viewable impression (vCPM), and how many impressions become one. */
const constraints = [
  "campaigns_pricing",
  "campaigns_bid_range",
  "campaigns_cpm_bid_thousands",
  "campaigns_budget_covers_one_charge",
];

const dropThem = constraints.map((name) => `drop constraint ${name}`).join(", ");

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table campaigns ${sql.raw(dropThem)},
    add column view_rate double precision not null default 0.6,
    add constraint campaigns_view_rate check (view_rate between 0 and 1),
    add constraint campaigns_pricing check (pricing in ('cpm', 'vcpm', 'cpc')),
    add constraint campaigns_bid_range check (bid_micros <= case pricing when 'cpc' then 100000000 else 1000000000 end
      and bid_micros >= case priority when 'house' then 0 else 1000 end),
    add constraint campaigns_cpm_bid_thousands check (pricing = 'cpc' or bid_micros % 1000 = 0),
    add constraint campaigns_budget_covers_one_charge check (
      least(total_budget_micros, daily_budget_micros) >= case pricing when 'cpc' then bid_micros else bid_micros / 1000 end)`.execute(
    db,
  );
}

/** Goes back to two kinds of pricing: campaigns of the third must not exist, or the old rule refuses. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table campaigns ${sql.raw(dropThem)},
    drop constraint campaigns_view_rate, drop column view_rate,
    add constraint campaigns_pricing check (pricing in ('cpm', 'cpc')),
    add constraint campaigns_bid_range check (bid_micros <= case pricing when 'cpm' then 1000000000 else 100000000 end
      and bid_micros >= case priority when 'house' then 0 else 1000 end),
    add constraint campaigns_cpm_bid_thousands check (pricing <> 'cpm' or bid_micros % 1000 = 0),
    add constraint campaigns_budget_covers_one_charge check (
      least(total_budget_micros, daily_budget_micros) >= case pricing when 'cpm' then bid_micros / 1000 else bid_micros end)`.execute(
    db,
  );
}
