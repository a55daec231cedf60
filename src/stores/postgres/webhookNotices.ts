import { type Kysely, sql } from "kysely";

export interface WebhookNotices {
  /**
   * Looks for campaigns that have spent four fifths of their total budget, or all of it, or that lag today; tells each once,
   * for a budget or a day. Any node may look, also at the same time. Answers how many deliveries were queued.
   */
  readonly look: (today: string, nowMs: number) => Promise<number>;
}

const atOnce = 500;

/** Campaigns that somebody listens for; `w` holds the webhooks of one kind of event. */
const heard = (type: string) => sql`
  exists (select from webhooks w join advertisers a on a.organization_id = w.organization_id
    where a.id = c.advertiser_id and w.active and ${type} = any(w.events)
      and coalesce(w.advertiser_id, a.id) = a.id)`;

/** What of campaigns is found by looking, in Postgres. */
export function createWebhookNotices<DB>(db: Kysely<DB>): WebhookNotices {
  const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;
  const spent = (type: string, enough: ReturnType<typeof heard>, nowMs: number) => sql<{
    readonly told: number;
  }>`
    select tell_webhooks(${type}, c.id, ${type} || ':' || c.id || ':' || c.total_budget_micros, jsonb_build_object(
      'totalBudgetMicros', c.total_budget_micros, 'spentMicros', t.spent_micros), ${at(nowMs)}) as told
    from campaigns c join campaign_totals t on t.campaign_id = c.id
    where c.total_budget_micros is not null and c.priority <> 'house' and ${enough} and ${heard(type)}
      and not exists (select from webhook_events e
        where e.dedupe_key = ${type} || ':' || c.id || ':' || c.total_budget_micros)
    limit ${atOnce}`;
  // The next ad costs the bid: a thousandth of it where thousands are paid.
  const nothingLeft = sql`t.spent_micros + case c.pricing when 'cpc' then c.bid_micros else c.bid_micros / 1000 end
    > c.total_budget_micros`;
  return {
    async look(today, nowMs) {
      const found = await Promise.all([
        spent(
          "campaign.budget_80",
          sql`t.spent_micros * 5 >= c.total_budget_micros * 4`,
          nowMs,
        ).execute(db),
        spent("campaign.exhausted", nothingLeft, nowMs).execute(db),
        sql<{ readonly told: number }>`
          select tell_webhooks('campaign.under_delivering', c.id,
            'campaign.under_delivering:' || c.id || ':' || d.budget_day, jsonb_build_object(
              'day', d.budget_day, 'status', d.status, 'reason', d.reason), ${at(nowMs)}) as told
          from campaign_diagnoses d join campaigns c on c.id = d.campaign_id
          where d.budget_day = ${today}::date and d.status in ('behind', 'cannot_spend')
            and ${heard("campaign.under_delivering")} and not exists (select from webhook_events e
              where e.dedupe_key = 'campaign.under_delivering:' || c.id || ':' || d.budget_day)
          limit ${atOnce}`.execute(db),
      ]);
      return found.flatMap(({ rows }) => rows).reduce((sum, { told }) => sum + told, 0);
    },
  };
}
