import { type Kysely, sql, type Transaction } from "kysely";
import type {
  EventOutcome,
  NewPayment,
  PaymentBooks,
  PaymentFilter,
} from "../../billing/billingBooks.ts";
import type { PaymentEvent } from "../../billing/paymentProvider.ts";
import type { StoredPayment } from "../../billing/schemas.ts";
import type { Actor, OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";
import { reserveRefund, settleRefund } from "./paymentRefunds.ts";
import { type PaymentRow, paymentColumns, readPayment, rowToPayment } from "./paymentRows.ts";
import { insertAudit } from "./rowWrites.ts";

/** Payments, what providers told of them, and what came into accounts. */
export function createPaymentBooks(db: Kysely<Database>): PaymentBooks {
  return {
    insert: (payment, actor) => withPublicFaults(() => insertPayment(db, payment, actor)),
    name: (paymentId, providerId, url) =>
      withPublicFaults(async () => {
        await sql`update payments set provider_payment_id = ${providerId}, checkout_url = ${url}, updated_at = now(),
          version = version + 1 where id = ${paymentId} and provider_payment_id is null`.execute(
          db,
        );
        return (await readPayment(db, paymentId)) ?? missing(paymentId);
      }),
    read: (paymentId) => withPublicFaults(() => readPayment(db, paymentId)),
    page: (filter, page) => withPublicFaults(() => readPage(db, filter, page)),
    apply: (provider, event) =>
      withPublicFaults(() => db.transaction().execute((trx) => applyEvent(trx, provider, event))),
    reserveRefund: (paymentId, refund, totalCentsOf, actor) =>
      withPublicFaults(() =>
        db
          .transaction()
          .execute((trx) => reserveRefund(trx, paymentId, refund, totalCentsOf, actor)),
      ),
    settleRefund: (refundId, status) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => settleRefund(trx, refundId, status)),
      ),
  };
}

const missing = (paymentId: number): never => {
  throw new Error(`payment ${paymentId} is gone`);
};

async function insertPayment(
  db: Kysely<Database>,
  payment: NewPayment,
  actor: Actor,
): Promise<StoredPayment> {
  const { advertiserId, netMicros, vatBasisPoints, vatCents, totalCents, provider } = payment;
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<PaymentRow>`
      insert into payments (advertiser_id, net_micros, vat_basis_points, vat_cents, total_cents, provider)
      values (${advertiserId}, ${netMicros}, ${vatBasisPoints}, ${vatCents}, ${totalCents}, ${provider})
      returning ${paymentColumns}`.execute(trx);
    const stored = rowToPayment(rows[0]!);
    const entry = { id: advertiserId, before: null, after: { payment: stored } };
    await insertAudit(trx, "advertiser", [entry], actor);
    return stored;
  });
}

async function readPage(
  db: Kysely<Database>,
  { advertiserId, status }: PaymentFilter,
  page: OrderedPage,
): Promise<PageOfItems<StoredPayment>> {
  const { after, suffix } = keysetOf(sql`id`, page);
  const ofStatus = status === undefined ? sql`` : sql` and status = ${status}`;
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments
    where advertiser_id = ${advertiserId}${ofStatus} and ${after} ${suffix}`.execute(db);
  return cutPage(rows.map(rowToPayment), page, ({ paymentId }) => paymentId);
}

interface Told {
  readonly id: number;
  readonly advertiser_id: number;
  readonly net_micros: number;
  readonly total_cents: number;
  readonly status: StoredPayment["status"];
}

/** The payment's row is locked: of two messages at once the second sees what the first did. */
async function applyEvent(
  trx: Transaction<Database>,
  provider: string,
  event: PaymentEvent,
): Promise<EventOutcome | null> {
  const { eventId, kind, providerPaymentId, amountCents } = event;
  // Whoever changes an account locks its advertiser first.
  const { rows } =
    await sql<Told>`select p.id, p.advertiser_id, p.net_micros, p.total_cents, p.status
    from payments p join advertisers a on a.id = p.advertiser_id
    where p.provider = ${provider} and p.provider_payment_id = ${providerPaymentId} for update of a, p`.execute(
      trx,
    );
  const payment = rows[0];
  if (payment === undefined) return null;
  const told = await sql`select from payment_events
    where provider = ${provider} and event_id = ${eventId}`.execute(trx);
  if (told.rows.length > 0) return "known";
  const outcome = await outcomeOf(trx, payment, event);
  await sql`insert into payment_events (provider, event_id, provider_payment_id, kind, amount_cents, outcome)
    values (${provider}, ${eventId}, ${providerPaymentId}, ${kind}, ${amountCents}, ${outcome})`.execute(
    trx,
  );
  if (outcome === "applied") await move(trx, payment, kind);
  return outcome;
}

async function outcomeOf(
  trx: Transaction<Database>,
  { advertiser_id, net_micros, total_cents, status }: Told,
  { kind, amountCents, currency }: PaymentEvent,
): Promise<EventOutcome> {
  if (status === kind) return "known";
  // A payment that failed may be tried again; one that was paid stays so, in whatever order its messages come.
  if (status === "paid") return "too_late";
  if (kind === "failed") return "applied";
  if (amountCents !== total_cents || currency !== "EUR") return "amount_differs";
  const { rows } = await sql<{ readonly fits: boolean }>`select
      coalesce(balance_micros, paid_in_micros) + ${net_micros}::bigint <= 1000000000000 as fits
    from advertisers where id = ${advertiser_id}`.execute(trx);
  return rows[0]?.fits === true ? "applied" : "account_full";
}

async function move(
  trx: Transaction<Database>,
  { id, advertiser_id, net_micros, status }: Told,
  kind: "paid" | "failed",
): Promise<void> {
  await sql`update payments set status = ${kind}, updated_at = now(), version = version + 1 where id = ${id}`.execute(
    trx,
  );
  if (kind === "paid")
    await sql`insert into account_entries (advertiser_id, kind, amount_micros, payment_id)
      values (${advertiser_id}, 'payment', ${net_micros}, ${id})`.execute(trx);
  const label = "payment provider";
  const change = (of: string) => ({ payment: { paymentId: id, status: of } });
  const entry = { id: advertiser_id, before: change(status), after: change(kind) };
  await insertAudit(trx, "advertiser", [entry], { apiKeyId: null, label });
}
