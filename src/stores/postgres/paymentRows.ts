import { type Kysely, sql } from "kysely";
import type { StoredPayment } from "../../billing/schemas.ts";
import type { Database } from "./database.ts";

export const paymentColumns = sql`id as "paymentId", advertiser_id as "advertiserId", net_micros as "netMicros",
  vat_basis_points as "vatBasisPoints", vat_cents as "vatCents", total_cents as "totalCents", status,
  refunded_micros as "refundedMicros", checkout_url as "checkoutUrl", created_at as "createdAt", updated_at as "updatedAt"`;

export interface PaymentRow extends Omit<StoredPayment, "createdAt" | "updatedAt"> {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const rowToPayment = (row: PaymentRow): StoredPayment => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A payment; null = none. */
export async function readPayment(
  db: Kysely<Database>,
  paymentId: number,
): Promise<StoredPayment | null> {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments where id = ${paymentId}`.execute(db);
  return rows[0] === undefined ? null : rowToPayment(rows[0]);
}
