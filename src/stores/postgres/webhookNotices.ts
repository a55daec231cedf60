import { type Kysely, type RawBuilder, sql } from "kysely";
import type { webhookEventTypes } from "../../accounts/webhookSchemas.ts";
import { addDays } from "../../budgets/budgetDay.ts";

export interface WebhookNotices {
  /**
   * Looks for campaigns that have spent four fifths of their total budget, all of it, or the day's, or that lag today, and for
   * advertisers whose prepaid balance is low or used up; tells each once, for a budget, a day or a balance. Any node may
   * look, also at the same time. Answers how many deliveries were queued.
   */
  readonly look: (today: string, nowMs: number) => Promise<number>;
}

type EventType = (typeof webhookEventTypes)[number];

/** Rows to tell of, of campaigns `c` and advertisers `a`. */
interface Look {
  readonly type: EventType;
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  /** After the kind and the id: for what it is told once. */
  readonly key: RawBuilder<unknown>;
  readonly data: RawBuilder<unknown>;
}

const atOnce = 500;
/** A balance is low when it is less than what so many whole days have spent. */
const lowDays = 3;

/** What of campaigns and advertisers is found by looking, in Postgres. Nothing is looked for where nobody listens. */
export function createWebhookNotices<DB>(db: Kysely<DB>): WebhookNotices {
  return {
    async look(today, nowMs) {
      const { rows } = await sql<{ readonly type: string }>`
        select distinct unnest(events) as type from webhooks where active`.execute(db);
      const heard = new Set(rows.map(({ type }) => type));
      const lookFor = (looks: readonly Look[], about: "c" | "a") =>
        looks.filter(({ type }) => heard.has(type)).map((look) => tell(db, look, about, nowMs));
      const found = await Promise.all([
        ...lookFor(campaignLooks(today), "c"),
        ...lookFor(advertiserLooks(today), "a"),
      ]);
      return found.reduce((sum, told) => sum + told, 0);
    },
  };
}

async function tell<DB>(
  db: Kysely<DB>,
  { type, from, where, key, data }: Look,
  about: "c" | "a",
  nowMs: number,
): Promise<number> {
  const id = sql.ref(`${about}.id`);
  const known = sql`${type} || ':' || ${id} || ':' || ${key}`;
  const teller = sql.raw(about === "c" ? "tell_webhooks" : "tell_advertiser_webhooks");
  const { rows } = await sql<{ readonly told: number }>`
    select ${teller}(${type}, ${id}, ${known}, ${data}, to_timestamp(${nowMs / 1_000}::double precision)) as told
    from ${from} where ${where} and exists (
        select from webhooks w join advertisers o on o.organization_id = w.organization_id
        where o.id = ${about === "c" ? sql`c.advertiser_id` : sql`a.id`} and w.active and ${type} = any(w.events)
          and coalesce(w.advertiser_id, o.id) = o.id)
      and not exists (select from webhook_events e where e.dedupe_key = ${known})
    limit ${atOnce}`.execute(db);
  return rows.reduce((sum, { told }) => sum + told, 0);
}

/** The next ad costs the bid: a thousandth of it where thousands are paid. */
const nextAdMicros = sql`case c.pricing when 'cpc' then c.bid_micros else c.bid_micros / 1000 end`;

function campaignLooks(today: string): readonly Look[] {
  const ofTotal = {
    from: sql`campaigns c join campaign_totals t on t.campaign_id = c.id`,
    key: sql`c.total_budget_micros`,
    data: sql`jsonb_build_object('totalBudgetMicros', c.total_budget_micros, 'spentMicros', t.spent_micros)`,
  };
  const hasTotal = sql`c.total_budget_micros is not null and c.priority <> 'house'`;
  return [
    {
      ...ofTotal,
      type: "campaign.budget_80",
      where: sql`${hasTotal} and t.spent_micros * 5 >= c.total_budget_micros * 4`,
    },
    {
      ...ofTotal,
      type: "campaign.exhausted",
      where: sql`${hasTotal} and t.spent_micros + ${nextAdMicros} > c.total_budget_micros`,
    },
    {
      type: "campaign.daily_budget_exhausted",
      from: sql`campaign_days d join campaigns c on c.id = d.campaign_id`,
      where: sql`d.budget_day = ${today}::date and c.daily_budget_micros is not null and c.priority <> 'house'
        and d.spent_micros + ${nextAdMicros} > c.daily_budget_micros`,
      key: sql`d.budget_day || ':' || c.daily_budget_micros`,
      data: sql`jsonb_build_object('day', d.budget_day, 'dailyBudgetMicros', c.daily_budget_micros,
        'spentMicros', d.spent_micros)`,
    },
    {
      type: "campaign.under_delivering",
      from: sql`campaign_diagnoses d join campaigns c on c.id = d.campaign_id`,
      where: sql`d.budget_day = ${today}::date and d.status in ('behind', 'cannot_spend')`,
      key: sql`d.budget_day`,
      data: sql`jsonb_build_object('day', d.budget_day, 'status', d.status, 'reason', d.reason)`,
    },
  ];
}

/** What is left is what was paid in and may be owed, less what was spent. */
function advertiserLooks(today: string): readonly Look[] {
  const left = sql`(a.balance_micros - t.spent_micros)`;
  const base = {
    from: sql`advertisers a join advertiser_totals t on t.advertiser_id = a.id
      cross join lateral (select min(${nextAdMicros}) as micros from campaigns c
        where c.advertiser_id = a.id and c.status = 'active' and c.priority <> 'house') next_ad
      cross join lateral (select coalesce(sum(d.spent_micros), 0) as micros
        from campaigns c join campaign_days d on d.campaign_id = c.id
        where c.advertiser_id = a.id and d.budget_day >= ${addDays(today, -lowDays)}::date
          and d.budget_day < ${today}::date) lately`,
    key: sql`a.balance_micros`,
    data: sql`jsonb_build_object('availableMicros', ${left}, 'spentMicros', t.spent_micros,
      'lastDaysMicros', lately.micros)`,
  };
  return [
    {
      ...base,
      type: "advertiser.balance_low",
      where: sql`${left} < lately.micros`,
    },
    {
      ...base,
      type: "advertiser.balance_exhausted",
      where: sql`t.spent_micros > 0 and ${left} < next_ad.micros`,
    },
  ];
}
