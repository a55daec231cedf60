import { type Kysely, sql } from "kysely";

/**
 * What SSPs bill is an entry of its own beside what shops pay, told by another witness at another time; and both are summed
 * by SSP and hour, so that days of any time zone can be compared with what an SSP reports.
 */
const statements = [
  sql`alter table ledger
        drop constraint ledger_kind,
        add constraint ledger_kind
          check (kind in ('impression', 'viewable', 'click', 'conversion', 'media', 'credit')),
        drop constraint ledger_amount_sign,
        add constraint ledger_amount_sign check (case when kind = 'credit' then amount_micros between -1000000000000 and -1
          when kind in ('conversion', 'media') then amount_micros = 0 else amount_micros between 0 and 1000000000000 end),
        add constraint ledger_media_told check (kind <> 'media' or media_ssp is not null)`,
  sql`create table ssp_hours (
        ssp text not null,
        hour timestamptz not null,
        -- Of what the SSP bills; what shops pay stands under EUR.
        currency text not null,
        billed bigint not null default 0,
        price_micros bigint not null default 0,
        cost_micros bigint not null default 0,
        -- Of that, for campaigns paid by impression: what no shop has paid anything for. The house pays it.
        house_billed bigint not null default 0,
        house_micros bigint not null default 0,
        -- Of that, for campaigns paid by view or click: what comes of it later is the house's risk.
        risk_cost_micros bigint not null default 0,
        shown bigint not null default 0,
        charged_micros bigint not null default 0,
        risk_charged_micros bigint not null default 0,
        primary key (ssp, hour, currency),
        constraint ssp_hours_ssp_length check (char_length(ssp) between 1 and 60),
        constraint ssp_hours_currency check (currency ~ '^[A-Z]{3}$'),
        constraint ssp_hours_whole_hour check (hour = date_trunc('hour', hour, 'UTC'))
      )`,
  // A charge and its bill are of one advertiser, whose total the admission has locked: neither is overlooked by the other.
  sql`create function sum_ssp_hours() returns trigger language plpgsql as $$
      begin
        if not exists (select from added where media_ssp is not null or starts_with(placement_id, 'ssp/')) then
          return null;
        end if;
        insert into ssp_hours as h (ssp, hour, currency, billed, price_micros, cost_micros, house_billed, house_micros,
          risk_cost_micros, shown, charged_micros, risk_charged_micros)
        select ssp, hour, currency, sum(billed), sum(price), sum(cost), sum(house), sum(house * cost_of_house),
          sum(risk_cost), sum(shown), sum(charged), sum(risk_charged)
        from (
          select b.media_ssp as ssp, date_trunc('hour', b.occurred_at, 'UTC') as hour, b.media_currency as currency,
            1 as billed, b.media_price_micros as price, b.media_cost_micros as cost,
            (is_by_impression and not is_charged)::integer as house, b.media_cost_micros as cost_of_house,
            case when is_by_impression then 0 else b.media_cost_micros end as risk_cost,
            0 as shown, 0 as charged, 0 as risk_charged
          from added b left join campaigns c on c.id = b.campaign_id
            cross join lateral (select coalesce(c.pricing, 'cpm') = 'cpm' as is_by_impression,
              b.amount_micros > 0 or exists (select from ledger l
                where l.event_id = regexp_replace(b.event_id, '[.]media$', '.impression') and l.amount_micros > 0)
              as is_charged) facts
          where b.media_ssp is not null
          union all
          -- A charge that comes after its bill.
          select m.media_ssp, date_trunc('hour', m.occurred_at, 'UTC'), m.media_currency,
            0, 0, 0, -1, m.media_cost_micros, 0, 0, 0, 0
          from added i join ledger m on m.event_id = regexp_replace(i.event_id, '[.]impression$', '.media')
            left join campaigns c on c.id = i.campaign_id
          where i.kind = 'impression' and i.amount_micros > 0 and i.media_ssp is null and m.kind = 'media'
            and coalesce(c.pricing, 'cpm') = 'cpm' and not exists (select from added a where a.event_id = m.event_id)
          union all
          select substr(s.placement_id, 5), date_trunc('hour', s.occurred_at, 'UTC'), 'EUR',
            0, 0, 0, 0, 0, 0, (s.kind = 'impression' and not coalesce(starts_with(s.uncharged_reason, 'invalid:'), false))::integer,
            s.amount_micros, case when s.kind = 'impression' then 0 else s.amount_micros end
          from added s
          where starts_with(s.placement_id, 'ssp/') and s.kind in ('impression', 'viewable', 'click')
            and char_length(s.placement_id) between 5 and 64
        ) as one
        group by ssp, hour, currency order by ssp, hour, currency
        on conflict (ssp, hour, currency) do update set
          billed = h.billed + excluded.billed, price_micros = h.price_micros + excluded.price_micros,
          cost_micros = h.cost_micros + excluded.cost_micros, house_billed = h.house_billed + excluded.house_billed,
          house_micros = h.house_micros + excluded.house_micros,
          risk_cost_micros = h.risk_cost_micros + excluded.risk_cost_micros, shown = h.shown + excluded.shown,
          charged_micros = h.charged_micros + excluded.charged_micros,
          risk_charged_micros = h.risk_charged_micros + excluded.risk_charged_micros;
        return null;
      end $$`,
  sql`create trigger ledger_sums_ssps after insert on ledger referencing new table as added
        for each statement execute function sum_ssp_hours()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

/** Goes back to a ledger without entries of media: such rows must not exist, or the old rules refuse. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger ledger_sums_ssps on ledger`.execute(db);
  await sql`drop function sum_ssp_hours()`.execute(db);
  await sql`drop table ssp_hours`.execute(db);
  await sql`alter table ledger
    drop constraint ledger_media_told, drop constraint ledger_kind, drop constraint ledger_amount_sign,
    add constraint ledger_kind check (kind in ('impression', 'viewable', 'click', 'conversion', 'credit')),
    add constraint ledger_amount_sign check (case kind when 'credit' then amount_micros between -1000000000000 and -1
      when 'conversion' then amount_micros = 0 else amount_micros between 0 and 1000000000000 end)`.execute(
    db,
  );
}
