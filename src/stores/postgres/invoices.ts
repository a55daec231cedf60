import { type Kysely, sql, type Transaction } from "kysely";
import type { InvoiceBooks, InvoiceFilter, InvoiceRules } from "../../billing/billingBooks.ts";
import { buildCreditNote, buildInvoice, type InvoiceFacts } from "../../billing/buildInvoice.ts";
import { type Invoice, type InvoiceDocument, invoiceNumber } from "../../billing/invoice.ts";
import type { InvoiceSummary } from "../../billing/schemas.ts";
import type { Actor, OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { Places } from "../../geo/places.ts";
import type { Database } from "./database.ts";
import { allOf, isOneOf } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";
import { readFacts } from "./invoiceFacts.ts";
import { lastDayOf, readCorrected, readCredits, readItems, uninvoiced } from "./invoiceItems.ts";
import { cutPage, keysetOf } from "./keyset.ts";
import { insertAudit, insertRows } from "./rowWrites.ts";

/** Invoices and credit notes over the ledger. */
export function createInvoiceBooks(
  db: Kysely<Database>,
  places: Pick<Places, "communes" | "departements">,
): InvoiceBooks {
  return {
    findUninvoiced: (month, advertiserIds, page) =>
      withPublicFaults(async () => {
        const of =
          advertiserIds === null
            ? sql``
            : sql` and d.advertiser_id = any(${advertiserIds}::bigint[])`;
        const { rows } = await sql<{ readonly id: number }>`
          select distinct d.advertiser_id as id from campaign_days d
          where d.advertiser_id > ${page.afterId} and ${uninvoiced(lastDayOf(month))}${of}
          order by 1 limit ${page.limit}`.execute(db);
        return rows.map(({ id }) => id);
      }),
    close: (advertiserId, month, issuedOn, rules, actor) =>
      withPublicFaults(() =>
        db
          .transaction()
          .execute((trx) => close(trx, places, { advertiserId, month, issuedOn }, rules, actor)),
      ),
    read: (invoiceId) => withPublicFaults(() => readInvoice(db, invoiceId)),
    page: (filter, page) => withPublicFaults(() => readPage(db, filter, page)),
  };
}

interface Closing {
  readonly advertiserId: number;
  readonly month: string;
  readonly issuedOn: string;
}

/**
 * Under the advertiser's own lock nothing is charged or credited meanwhile: what is read is what the ledger holds, and who
 * closes at the same time finds nothing left.
 */
async function close(
  trx: Transaction<Database>,
  places: Pick<Places, "communes" | "departements">,
  closing: Closing,
  rules: InvoiceRules,
  actor: Actor,
): Promise<readonly InvoiceSummary[]> {
  const { advertiserId, month } = closing;
  await sql`select from advertiser_totals where advertiser_id = ${advertiserId} for update`.execute(
    trx,
  );
  const issued: InvoiceSummary[] = [];
  const items = await readItems(trx, advertiserId, month);
  if (items.length > 0) {
    const facts = await readFacts(trx, places, closing, rules, items);
    const invoice = await insertInvoice(trx, closing, buildInvoice(facts, items));
    const rows = items.map((item) => ({
      invoice_id: invoice.invoiceId,
      campaign_id: item.campaignId,
      budget_day: item.day,
      kind: item.kind,
      units: item.units,
      amount_micros: item.amountMicros,
    }));
    await insertRows(trx, "invoice_items" as never, rows);
    issued.push(invoice);
  }
  const credits = await readCredits(trx, advertiserId, month);
  if (credits.length > 0) {
    const facts: InvoiceFacts = await readFacts(trx, places, closing, rules, credits);
    const corrects = await readCorrected(trx, advertiserId, credits);
    const note = await insertInvoice(trx, closing, buildCreditNote(facts, credits, corrects));
    const rows = credits.map(({ entryId }) => ({ entry_id: entryId, invoice_id: note.invoiceId }));
    await insertRows(trx, "invoice_credits" as never, rows);
    issued.push(note);
  }
  const entries = issued.map((invoice) => ({ id: advertiserId, before: null, after: { invoice } }));
  await insertAudit(trx, "advertiser", entries, actor);
  return issued;
}

interface SummaryRow {
  readonly id: number;
  readonly series: "F" | "A";
  readonly year: number;
  readonly number: number;
  readonly advertiser_id: number;
  readonly month: string;
  readonly issued_on: string;
  readonly exact_micros: number;
  readonly net_cents: number;
  readonly vat_cents: number;
  readonly total_cents: number;
}

const columns = sql`id, series, year, number, advertiser_id, month, issued_on, exact_micros, net_cents,
  vat_cents, total_cents`;

const rowToSummary = (row: SummaryRow): InvoiceSummary => ({
  invoiceId: row.id,
  number: invoiceNumber(row.series, row.year, row.number),
  kind: row.series === "A" ? "credit_note" : "invoice",
  advertiserId: row.advertiser_id,
  month: row.month,
  issuedOn: row.issued_on,
  exactMicros: row.exact_micros,
  netCents: row.net_cents,
  vatCents: row.vat_cents,
  totalCents: row.total_cents,
});

/** Numbered by the database. */
async function insertInvoice(
  trx: Transaction<Database>,
  { advertiserId, month, issuedOn }: Closing,
  document: InvoiceDocument,
): Promise<InvoiceSummary> {
  const { series, totals } = document;
  const { rows } = await sql<SummaryRow>`
    insert into invoices (series, year, advertiser_id, month, issued_on, exact_micros, carried_in_micros, net_cents,
      carried_out_micros, vat_basis_points, vat_cents, total_cents, document)
    values (${series}, ${Number(issuedOn.slice(0, 4))}, ${advertiserId}, ${month}, ${issuedOn}::date,
      ${totals.exactMicros}, ${totals.carriedInMicros}, ${totals.netCents}, ${totals.carriedOutMicros},
      ${totals.vatBasisPoints}, ${totals.vatCents}, ${totals.totalCents}, ${JSON.stringify(document)}::jsonb)
    returning ${columns}`.execute(trx);
  return rowToSummary(rows[0]!);
}

async function readInvoice(db: Kysely<Database>, invoiceId: number): Promise<Invoice | null> {
  const { rows } = await sql<SummaryRow & { readonly document: InvoiceDocument }>`
    select ${columns}, document from invoices where id = ${invoiceId}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  const { invoiceId: id, number } = rowToSummary(row);
  return { ...row.document, invoiceId: id, number };
}

async function readPage(
  db: Kysely<Database>,
  { advertiserIds, month, kind }: InvoiceFilter,
  page: OrderedPage,
): Promise<PageOfItems<InvoiceSummary>> {
  const { after, suffix } = keysetOf(sql`id`, page);
  const condition = allOf(
    advertiserIds && isOneOf(sql`advertiser_id`, advertiserIds),
    month === undefined ? null : sql`month = ${month}`,
    kind === undefined ? null : sql`series = ${kind === "credit_note" ? "A" : "F"}`,
    after,
  );
  const { rows } =
    await sql<SummaryRow>`select ${columns} from invoices where ${condition} ${suffix}`.execute(db);
  return cutPage(rows.map(rowToSummary), page, ({ invoiceId }) => invoiceId);
}
