import { sql, type Transaction } from "kysely";
import type { InvoiceRules } from "../../billing/billingBooks.ts";
import type { InvoiceFacts } from "../../billing/buildInvoice.ts";
import type { BilledCampaign, Buyer } from "../../billing/invoice.ts";
import { vatOf } from "../../billing/vat.ts";
import type { Places } from "../../geo/places.ts";
import type { Database } from "./database.ts";
import { lastDayOf } from "./invoiceItems.ts";

type Names = Pick<Places, "communes" | "departements">;

const mostPlaces = 8;
const mostSupports = 8;

interface BuyerRow {
  readonly name: string;
  readonly payer_name: string;
  readonly legal_name: string | null;
  readonly address_lines: readonly string[] | null;
  readonly postal_code: string | null;
  readonly city: string | null;
  readonly siren: string | null;
  readonly vat_number: string | null;
  readonly agency: string | null;
  readonly carried_in_micros: number;
  readonly prepaid_micros: number;
}

/** What a document says besides its figures: who, where, by whose mandate, and what the one before has left. */
export async function readFacts(
  trx: Transaction<Database>,
  places: Names,
  closing: { readonly advertiserId: number; readonly month: string; readonly issuedOn: string },
  { seller, vatRates }: InvoiceRules,
  covered: readonly { readonly campaignId: number; readonly day: string }[],
): Promise<InvoiceFacts> {
  const { advertiserId, month, issuedOn } = closing;
  const row = await readBuyer(trx, advertiserId);
  return {
    month,
    issuedOn,
    seller,
    buyer: toBuyer(advertiserId, row),
    mandatary: row.agency,
    campaigns: await readCampaigns(trx, places, covered),
    vat: vatOf(lastDayOf(month), row.postal_code, vatRates),
    carriedInMicros: row.carried_in_micros,
    prepaidMicros: row.prepaid_micros,
  };
}

async function readBuyer(trx: Transaction<Database>, advertiserId: number): Promise<BuyerRow> {
  const { rows } = await sql<BuyerRow>`
    select a.name, a.payer_name, d.legal_name, d.address_lines, d.postal_code, d.city, d.siren, d.vat_number,
      case o.kind when 'agency' then o.name end as agency,
      coalesce((select carried_out_micros from invoices v where v.advertiser_id = a.id order by id desc limit 1), 0)
        as carried_in_micros,
      a.paid_in_micros - coalesce((select sum(net_cents) * 10000 from invoices v where v.advertiser_id = a.id), 0)::bigint
        as prepaid_micros
    from advertisers a join organizations o on o.id = a.organization_id
      left join billing_details d on d.advertiser_id = a.id
    where a.id = ${advertiserId}`.execute(trx);
  const row = rows[0];
  if (row === undefined)
    throw new Error(`the ledger names advertiser ${advertiserId}, who is gone`);
  return row;
}

function toBuyer(advertiserId: number, row: BuyerRow): Buyer {
  const { postal_code: postalCode, city } = row;
  return {
    advertiserId,
    name: row.legal_name ?? row.name,
    payerName: row.payer_name === row.name ? (row.legal_name ?? row.name) : row.payer_name,
    address: [
      ...(row.address_lines ?? []),
      ...(postalCode === null ? [] : [`${postalCode} ${city}`]),
    ],
    postalCode,
    siren: row.siren,
    vatNumber: row.vat_number,
  };
}

interface CampaignRow {
  readonly id: number;
  readonly name: string;
  readonly zone: string | null;
  readonly supports: readonly string[];
  readonly shown: readonly { readonly commune: string; readonly departement: string }[];
}

/** Sites and exchanges by what they brought; communes and départements as reports publish them: of 50 people and more. */
async function readCampaigns(
  trx: Transaction<Database>,
  places: Names,
  covered: readonly { readonly campaignId: number; readonly day: string }[],
): Promise<ReadonlyMap<number, BilledCampaign>> {
  const ids = [...new Set(covered.map(({ campaignId }) => campaignId))];
  const days = covered.map(({ day }) => day).toSorted();
  const [from, to] = [days[0], days.at(-1)];
  const { rows } = await sql<CampaignRow>`
    select c.id, c.name, c.compiled_zone->>'label' as zone,
      coalesce((select jsonb_agg(s.name order by s.spent desc, s.name) from (
        select case when starts_with(r.placement_id, 'ssp/') then substr(r.placement_id, 5)
            else coalesce(min(x.name), r.placement_id) end as name, sum(r.spend_micros + r.credited_micros) as spent
        from report_days r left join placements p on p.code = r.placement_id left join sites x on x.id = p.site_id
        where r.campaign_id = c.id and r.budget_day between ${from}::date and ${to}::date and r.placement_id <> ''
        group by r.placement_id order by 2 desc limit ${mostSupports}) s), '[]'::jsonb) as supports,
      coalesce((select jsonb_agg(jsonb_build_object('commune', w.commune, 'departement', w.departement)
          order by w.shown desc, w.commune) from (
        select commune, departement, sum(impressions) as shown from report_area_parts
        where campaign_id = c.id and first_day between ${from}::date - 6 and ${to}::date
        group by 1, 2 order by 3 desc, 1 limit ${mostPlaces}) w), '[]'::jsonb) as shown
    from campaigns c where c.id = any(${ids}::bigint[])`.execute(trx);
  return new Map(rows.map((row) => [row.id, toCampaign(row, places)]));
}

function toCampaign(
  { id, name, zone, supports, shown }: CampaignRow,
  places: Names,
): BilledCampaign {
  const shownIn = shown.map(({ commune, departement }) =>
    commune === ""
      ? (places.departements.get(departement)?.name ?? departement)
      : `${places.communes.get(commune)?.name ?? commune} (${departement})`,
  );
  return { campaignId: id, name, zone: zone ?? "", supports: [...new Set(supports)], shownIn };
}
