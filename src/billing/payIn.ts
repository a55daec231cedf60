import {
  actorOf,
  notFound,
  requireAdmin,
  requireVisible,
  requireWriter,
} from "../campaigns/access.ts";
import { invalidBody, parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import type { AccountBooks, EventOutcome, PaymentBooks } from "./billingBooks.ts";
import type { PaymentProvider } from "./paymentProvider.ts";
import { microsPerCent } from "./rounding.ts";
import { paymentSchema, refundSchema, type StoredPayment, type StoredRefund } from "./schemas.ts";
import { type VatRate, vatCentsOf, vatOf } from "./vat.ts";

export interface PayInDeps {
  readonly accounts: Pick<AccountBooks, "read">;
  readonly payments: PaymentBooks;
  /** Null = nothing can be paid in here. */
  readonly provider: PaymentProvider | null;
  readonly vatRates: readonly VatRate[];
  /** The day in Paris, for the VAT. */
  readonly today: () => string;
}

const maxAccountMicros = 1_000_000_000_000;

/**
 * Opens a payment: an amount before VAT, which the provider is asked to take with it. It counts once the provider says that
 * it was paid. Throws PublicError `not_found`, `forbidden`, `invalid_body`, or `unavailable` without a provider.
 */
export async function createPayment(
  deps: PayInDeps,
  advertiserId: number,
  body: unknown,
  caller: Caller,
): Promise<StoredPayment> {
  requireWriter(caller);
  requireVisible(caller, advertiserId);
  const { netMicros } = valueOrThrow(parseFields(paymentSchema, body));
  const account = await deps.accounts.read(advertiserId);
  if (account === null) throw notFound();
  const roomMicros = maxAccountMicros - account.paidInMicros - (account.creditLimitMicros ?? 0);
  if (netMicros > roomMicros)
    throw invalidBody([{ pointer: "/netMicros", rule: `must be at most ${roomMicros}` }]);
  const provider = providerOf(deps);
  const vat = vatOf(deps.today(), account.billingDetails?.postalCode ?? null, deps.vatRates);
  const netCents = netMicros / microsPerCent;
  const vatCents = vatCentsOf(netCents, vat.basisPoints);
  const payment = await deps.payments.insert(
    {
      advertiserId,
      netMicros,
      vatBasisPoints: vat.basisPoints,
      vatCents,
      totalCents: netCents + vatCents,
      provider: provider.name,
    },
    actorOf(caller),
  );
  const made = await provider.createPayment({
    idempotencyKey: `payment-${payment.paymentId}`,
    amountCents: payment.totalCents,
    currency: "EUR",
    description: `Publicité, annonceur n° ${advertiserId}`,
  });
  return deps.payments.name(payment.paymentId, made.providerPaymentId, made.checkoutUrl);
}

function providerOf({ provider }: PayInDeps): PaymentProvider {
  if (provider !== null) return provider;
  throw new PublicError("unavailable", "No payment provider is set up here.");
}

/**
 * Gives back a part of a payment that was not spent, for the operator. The account shrinks before the provider is asked, so
 * that nothing is spent and given back; what the provider declines returns. The same again is made once, and goes on where
 * the provider was away. Throws PublicError `not_found`, `forbidden`, `invalid_body`, `conflict` or `unavailable`.
 */
export async function refundPayment(
  deps: PayInDeps,
  paymentId: number,
  body: unknown,
  caller: Caller,
): Promise<{ readonly refund: StoredRefund; readonly isNew: boolean }> {
  requireAdmin(caller);
  const fields = valueOrThrow(parseFields(refundSchema, body));
  const provider = providerOf(deps);
  const reserved = await deps.payments.reserveRefund(
    paymentId,
    fields,
    refundCents,
    actorOf(caller),
  );
  switch (reserved.outcome) {
    case "not_found":
      throw notFound();
    case "not_paid":
      throw new PublicError("conflict", "Nothing was paid with this payment.");
    case "other_refund":
      throw new PublicError("conflict", "Another refund of this payment has this key.", [
        { pointer: "/refundKey", rule: "must be new, or that of the same refund" },
      ]);
    case "too_much":
      throw new PublicError("conflict", "So much was not paid, or it was spent or given back.", [
        { pointer: "/netMicros", rule: `must be at most ${reserved.leftMicros}` },
      ]);
  }
  const { refund, payment, outcome } = reserved;
  const isNew = outcome === "reserved";
  if (refund.status !== "pending") return { refund, isNew };
  const said = await provider.refund({
    idempotencyKey: `refund-${paymentId}-${refund.refundKey}`,
    providerPaymentId: payment.providerPaymentId,
    amountCents: refund.totalCents,
  });
  return { refund: await deps.payments.settleRefund(refund.refundId, said), isNew };
}

/** With VAT, after what was refunded before: all parts of a payment together are its total, to the cent. */
export function refundCents(payment: StoredPayment): number {
  const withVat = (micros: number): number => {
    const netCents = micros / microsPerCent;
    return netCents + vatCentsOf(netCents, payment.vatBasisPoints);
  };
  return withVat(payment.refundedMicros + payment.netMicros) - withVat(payment.refundedMicros);
}

/**
 * What a provider sends. Throws PublicError `unauthenticated` for what it did not sign, `not_found` for a payment that is not
 * known (yet): it will tell it again.
 */
export async function receiveEvent(
  { provider, payments }: Pick<PayInDeps, "provider" | "payments">,
  body: string,
  signature: string,
  nowMs: number,
): Promise<EventOutcome> {
  const event = provider?.readEvent(body, signature, nowMs) ?? null;
  if (provider === null || event === null)
    throw new PublicError("unauthenticated", "This is not signed by the payment provider.", [
      { pointer: "atelier-signature", rule: "must be the signature of this very body, of now" },
    ]);
  const outcome = await payments.apply(provider.name, event);
  if (outcome === null) throw new PublicError("not_found", "There is no such payment.");
  return outcome;
}
