import { type Kysely, sql } from "kysely";
import type {
  CampaignDayCounts,
  DayRange,
  LedgerEvent,
  ReadLedgerEvents,
} from "../../jobs/lakePorts.ts";

/** Events that are told under these schemas are in the ledger too. */
const kindsOfSchema: Readonly<Record<string, readonly string[]>> = {
  "ad_event.v1": ["impression", "viewable", "click"],
  "conversion.v1": ["conversion"],
};

interface EventRow {
  readonly id: number;
  readonly event_id: string;
  readonly kind: string;
  readonly campaign_id: number;
  readonly advertiser_id: number;
  readonly creative_id: number;
  readonly placement_id: string;
  readonly budget_day: string;
  readonly amount_micros: number;
  readonly uncharged_reason: string | null;
  readonly occurred_ms: number;
  readonly label: string | null;
  readonly value_micros: number | null;
  readonly attributed_by: string | null;
  readonly lag_seconds: number | null;
  readonly source: string | null;
  readonly is_settled: boolean;
}

const pageRows = 10_000;

/**
 * The ledger's events for the lake. Entries younger than `settledMs` wait: the stream is about to tell them itself. Entries
 * are numbered in the order of their commits, as only one writer at a time adds any.
 */
export function createLedgerEventReader<DB>(db: Kysely<DB>, settledMs: number): ReadLedgerEvents {
  return async (schema, afterId) => {
    const kinds = kindsOfSchema[schema];
    if (kinds === undefined) return { events: [], lastId: afterId, more: false };
    const { rows } = await sql<EventRow>`
      select l.id, l.event_id, l.kind, l.campaign_id, l.advertiser_id, l.creative_id, l.placement_id,
        l.budget_day::text as budget_day, l.amount_micros, l.uncharged_reason,
        (extract(epoch from l.occurred_at) * 1000)::bigint as occurred_ms,
        c.label, c.value_micros, c.attributed_by, c.lag_seconds, c.source,
        l.recorded_at <= now() - ${settledMs} * interval '1 millisecond' as is_settled
      from ledger l left join conversions c on l.kind = 'conversion' and c.event_id = l.event_id
      where l.id > ${afterId}
      order by l.id limit ${pageRows}`.execute(db);
    // In the order of their ids, not of their times: a later entry may be of an earlier transaction.
    const young = rows.findIndex((row) => !row.is_settled);
    const settled = young === -1 ? rows : rows.slice(0, young);
    const lastId = settled.at(-1)?.id ?? afterId;
    // Entries of other kinds are read over once, instead of being searched through again by each pass.
    const events = settled.filter(({ kind }) => kinds.includes(kind)).map(rowToEvent);
    return { events, lastId, more: settled.length === pageRows };
  };
}

const invalid = "invalid:";

/** What the ledger knows of an event, by the lake's columns; what it does not know stays empty. */
function rowToEvent(row: EventRow): LedgerEvent {
  const shared = {
    campaign_id: row.campaign_id,
    advertiser_id: row.advertiser_id,
    creative_id: row.creative_id,
    placement_id: row.placement_id,
    budget_day: row.budget_day,
  };
  const reason = row.uncharged_reason;
  const own: LedgerEvent["columns"] =
    row.kind === "conversion"
      ? {
          label: row.label,
          value_micros: row.value_micros,
          source: row.source,
          attributed_by: row.attributed_by,
          lag_seconds: row.lag_seconds,
        }
      : {
          ...adOf(row.event_id),
          kind: row.kind,
          charged_micros: row.amount_micros,
          uncharged_reason: reason,
          invalid_traffic: reason?.startsWith(invalid) ? reason.slice(invalid.length) : null,
        };
  return {
    eventId: row.event_id,
    occurredAtMs: row.occurred_ms,
    columns: { ...shared, ...own },
  };
}

/** "<decision>.<slot>.<kind>" */
function adOf(eventId: string): { readonly decision_id: string; readonly slot: number | null } {
  const [, decisionId = eventId, slot] = /^(.+)\.(\d{1,5})\.[a-z]+$/s.exec(eventId) ?? [];
  return { decision_id: decisionId, slot: slot === undefined ? null : Number(slot) };
}

interface CountsRow {
  readonly budget_day: string;
  readonly campaign_id: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spend_micros: number;
}

/** The ledger's own counts by budget day and campaign, ordered by both. Reads every entry of these days. */
export async function countLedgerDays<DB>(
  db: Kysely<DB>,
  { from, to }: DayRange,
): Promise<readonly CampaignDayCounts[]> {
  const { rows } = await sql<CountsRow>`
    select budget_day::text as budget_day, campaign_id,
      count(*) filter (where kind = 'impression') as impressions,
      count(*) filter (where kind = 'viewable') as viewables,
      count(*) filter (where kind = 'click') as clicks,
      count(*) filter (where kind = 'conversion') as conversions,
      sum(amount_micros)::bigint as spend_micros
    from ledger where budget_day between ${from}::date and ${to}::date and kind not in ('credit', 'media')
    group by budget_day, campaign_id order by budget_day, campaign_id`.execute(db);
  return rows.map((row) => ({
    day: row.budget_day,
    campaignId: row.campaign_id,
    impressions: row.impressions,
    viewables: row.viewables,
    clicks: row.clicks,
    conversions: row.conversions,
    spendMicros: row.spend_micros,
  }));
}
