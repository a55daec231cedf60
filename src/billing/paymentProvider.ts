/** Who takes the money. Amounts are cents of a euro with VAT; every call may be repeated with the same key and is done once. */
export interface PaymentProvider {
  /** 1 to 40 characters: payments remember it. */
  readonly name: string;
  /** Rejects with PublicError `unavailable` when the provider is away. */
  createPayment(order: PaymentOrder): Promise<ProviderPayment>;
  /** Gives back a part or all of a payment. "declined" is final; rejects when the provider is away. */
  refund(refund: ProviderRefund): Promise<"done" | "declined">;
  /** What a message says whose signature is right; null for any other. */
  readEvent(body: string, signature: string, nowMs: number): PaymentEvent | null;
}

export interface PaymentOrder {
  readonly idempotencyKey: string;
  readonly amountCents: number;
  readonly currency: "EUR";
  readonly description: string;
}

export interface ProviderPayment {
  readonly providerPaymentId: string;
  /** Where people pay. */
  readonly checkoutUrl: string;
}

export interface ProviderRefund {
  readonly idempotencyKey: string;
  readonly providerPaymentId: string;
  readonly amountCents: number;
}

/** What the provider tells. It may tell it twice, and late. */
export interface PaymentEvent {
  readonly eventId: string;
  readonly kind: "paid" | "failed";
  readonly providerPaymentId: string;
  readonly amountCents: number;
  readonly currency: string;
}
