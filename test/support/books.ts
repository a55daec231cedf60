import { type Kysely, sql } from "kysely";
import { buildInvoice } from "../../src/billing/buildInvoice.ts";
import type { Database } from "../../src/stores/postgres/database.ts";

/** An advertiser's payment and invoice, written as they are stored: nobody is asked for money. */
export async function insertBooks(db: Kysely<Database>, advertiserId: number, name: string) {
  await sql`insert into billing_details (advertiser_id, legal_name, address_lines, postal_code, city)
    values (${advertiserId}, ${name}, '{1 rue}', '87000', 'Limoges')`.execute(db);
  const payments = await sql<{ readonly id: number }>`
    insert into payments (advertiser_id, net_micros, vat_basis_points, vat_cents, total_cents, provider, checkout_url)
    values (${advertiserId}, 10000, 0, 0, 1, 'test', ${name}) returning id`.execute(db);
  const document = buildInvoice(
    {
      month: "2026-01",
      issuedOn: "2026-02-01",
      seller: { name: "Régie", address: [], siren: "521724336", vatNumber: "FR12521724336" },
      buyer: {
        advertiserId,
        name,
        payerName: name,
        address: [],
        postalCode: null,
        siren: null,
        vatNumber: null,
      },
      mandatary: name,
      campaigns: new Map(),
      vat: { basisPoints: 0, mention: null },
      carriedInMicros: 0,
      prepaidMicros: 0,
    },
    [{ campaignId: 1, day: "2026-01-01", kind: "click", units: 1, amountMicros: 10_000 }],
  );
  const invoices = await sql<{ readonly id: number }>`
    insert into invoices (series, year, advertiser_id, month, issued_on, exact_micros, carried_in_micros, net_cents,
      carried_out_micros, vat_basis_points, vat_cents, total_cents, document)
    values ('F', 2026, ${advertiserId}, '2026-01', '2026-02-01', 10000, 0, 1, 0, 0, 0, 1,
      ${JSON.stringify(document)}::jsonb) returning id`.execute(db);
  return { paymentId: payments.rows[0]?.id, invoiceId: invoices.rows[0]?.id };
}
