import { sql, type Transaction } from "kysely";
import type { RefundOutcome } from "../../billing/billingBooks.ts";
import type { RefundFields, StoredPayment, StoredRefund } from "../../billing/schemas.ts";
import type { Actor } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { readPayment } from "./paymentRows.ts";
import { insertAudit } from "./rowWrites.ts";

const columns = sql`id as "refundId", payment_id as "paymentId", refund_key as "refundKey", net_micros as "netMicros",
  total_cents as "totalCents", reason, status`;

interface Side {
  readonly advertiser_id: number;
  readonly provider: string;
  readonly provider_payment_id: string | null;
  readonly left_of_account: number;
}

/**
 * Takes a refund out of the account, in the order in which charges lock: totals, then the advertiser. What was spent is not
 * given back, nor what a credit limit has lent.
 */
export async function reserveRefund(
  trx: Transaction<Database>,
  paymentId: number,
  fields: RefundFields,
  totalCentsOf: (payment: StoredPayment) => number,
  actor: Actor,
): Promise<RefundOutcome> {
  const before = await readPayment(trx, paymentId);
  if (before === null) return { outcome: "not_found" };
  const side = await lockAccount(trx, paymentId, before.advertiserId);
  const payment = await readPayment(trx, paymentId);
  if (side === null || payment === null) return { outcome: "not_found" };
  if (payment.status !== "paid" || side.provider_payment_id === null)
    return { outcome: "not_paid" };
  const provider = { provider: side.provider, providerPaymentId: side.provider_payment_id };
  const { refundKey, netMicros, reason } = fields;
  const known = await sql<StoredRefund>`select ${columns} from payment_refunds
    where payment_id = ${paymentId} and refund_key = ${refundKey}`.execute(trx);
  const earlier = known.rows[0];
  if (earlier !== undefined) {
    const isSame = earlier.netMicros === netMicros && earlier.reason === reason;
    return isSame
      ? { outcome: "known", refund: earlier, payment: provider }
      : { outcome: "other_refund" };
  }
  const leftMicros = Math.min(refundableOf(payment), Math.max(0, side.left_of_account));
  if (netMicros > leftMicros) return { outcome: "too_much", leftMicros };
  const totalCents = totalCentsOf({ ...payment, netMicros });
  const { rows } = await sql<StoredRefund>`
    insert into payment_refunds (payment_id, refund_key, net_micros, total_cents, reason)
    values (${paymentId}, ${refundKey}, ${netMicros}, ${totalCents}, ${reason}) returning ${columns}`.execute(
    trx,
  );
  const refund = rows[0]!;
  await moveRefund(trx, refund, payment.advertiserId, "refund", -netMicros);
  const entry = { id: payment.advertiserId, before: null, after: { refund } };
  await insertAudit(trx, "advertiser", [entry], actor);
  return { outcome: "reserved", refund, payment: provider };
}

const refundableOf = ({ netMicros, refundedMicros }: StoredPayment): number =>
  netMicros - refundedMicros;

async function lockAccount(
  trx: Transaction<Database>,
  paymentId: number,
  advertiserId: number,
): Promise<Side | null> {
  await sql`insert into advertiser_totals as t (advertiser_id) values (${advertiserId})
    on conflict (advertiser_id) do update set advertiser_id = t.advertiser_id where false`.execute(
    trx,
  );
  const { rows } = await sql<Side>`
    select p.advertiser_id, p.provider, p.provider_payment_id, a.paid_in_micros - coalesce(
      (select spent_micros from advertiser_totals t where t.advertiser_id = a.id), 0) as left_of_account
    from payments p join advertisers a on a.id = p.advertiser_id
    where p.id = ${paymentId} for update of a, p`.execute(trx);
  return rows[0] ?? null;
}

async function moveRefund(
  trx: Transaction<Database>,
  { refundId, paymentId }: StoredRefund,
  advertiserId: number,
  kind: "refund" | "refund_declined",
  amountMicros: number,
): Promise<void> {
  await sql`update payments set refunded_micros = refunded_micros - ${amountMicros}::bigint, updated_at = now(),
    version = version + 1 where id = ${paymentId}`.execute(trx);
  await sql`insert into account_entries (advertiser_id, kind, amount_micros, payment_id, refund_id)
    values (${advertiserId}, ${kind}, ${amountMicros}, ${paymentId}, ${refundId})`.execute(trx);
}

/** A refund that was settled stays so. */
export async function settleRefund(
  trx: Transaction<Database>,
  refundId: number,
  status: "done" | "declined",
): Promise<StoredRefund> {
  const { rows: owners } = await sql<{ readonly advertiser_id: number }>`
    select a.id as advertiser_id from payment_refunds r join payments p on p.id = r.payment_id
      join advertisers a on a.id = p.advertiser_id where r.id = ${refundId} for update of a, r`.execute(
    trx,
  );
  const { rows } = await sql<StoredRefund>`update payment_refunds set status = ${status}
    where id = ${refundId} and status = 'pending' returning ${columns}`.execute(trx);
  const [settled, owner] = [rows[0], owners[0]];
  if (settled !== undefined && owner !== undefined && status === "declined")
    await moveRefund(trx, settled, owner.advertiser_id, "refund_declined", settled.netMicros);
  if (settled !== undefined) return settled;
  const { rows: present } = await sql<StoredRefund>`
    select ${columns} from payment_refunds where id = ${refundId}`.execute(trx);
  return present[0]!;
}
