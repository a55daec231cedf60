import { z } from "zod";
import type { PaymentEvent } from "./paymentProvider.ts";
import { isSigned } from "./signature.ts";

const providerId = z.string().regex(/^[A-Za-z0-9_.:-]{1,100}$/);

/** What the provider answers to a new payment. */
export const providerPaymentSchema = z.object({
  id: providerId,
  checkoutUrl: z.url({ protocol: /^https?$/ }).max(2_000),
});

const eventSchema = z.object({
  id: providerId,
  type: z.enum(["payment.paid", "payment.failed"]),
  payment: z.object({
    id: providerId,
    amountCents: z.int().min(0).max(1_000_000_000_000),
    currency: z.string().regex(/^[A-Z]{3}$/),
  }),
});

/** Reads a signed message; null for one that is not the provider's, not of now, or none of these. Pure. */
export function readPaymentEvent(
  body: string,
  signature: string,
  secret: string,
  nowMs: number,
): PaymentEvent | null {
  if (!isSigned(body, signature, secret, nowMs)) return null;
  const parsed = eventSchema.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { id: eventId, type, payment } = parsed.data;
  return {
    eventId,
    kind: type === "payment.paid" ? "paid" : "failed",
    providerPaymentId: payment.id,
    amountCents: payment.amountCents,
    currency: payment.currency,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
