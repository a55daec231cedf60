import type { Actor, OrderedPage, PageOfItems } from "../campaigns/repository.ts";
import type { Invoice, Seller } from "./invoice.ts";
import type { PaymentEvent } from "./paymentProvider.ts";
import type {
  Account,
  BillingDetails,
  InvoiceSummary,
  RefundFields,
  StoredPayment,
  StoredRefund,
} from "./schemas.ts";
import type { VatRate } from "./vat.ts";

/** Where the money of advertisers is kept. Faults of all: PublicError `unavailable` when the store is away. */
export interface AccountBooks {
  /** Null = no such advertiser. */
  read(advertiserId: number): Promise<Account | null>;
  /** False = no such advertiser. */
  writeDetails(advertiserId: number, details: BillingDetails, actor: Actor): Promise<boolean>;
  /** Null = not limited. False = no such advertiser. */
  setCreditLimit(advertiserId: number, micros: number | null, actor: Actor): Promise<boolean>;
}

export interface NewPayment {
  readonly advertiserId: number;
  readonly netMicros: number;
  readonly vatBasisPoints: number;
  readonly vatCents: number;
  readonly totalCents: number;
  readonly provider: string;
}

export type EventOutcome = "applied" | "known" | "amount_differs" | "too_late" | "account_full";

export type RefundOutcome =
  | {
      readonly outcome: "reserved" | "known";
      readonly refund: StoredRefund;
      readonly payment: ProviderSide;
    }
  | { readonly outcome: "not_found" | "not_paid" | "other_refund" }
  /** Only so much was paid with it, is not refunded yet, and is not spent. */
  | { readonly outcome: "too_much"; readonly leftMicros: number };

export interface ProviderSide {
  readonly provider: string;
  readonly providerPaymentId: string;
}

export interface PaymentFilter {
  readonly advertiserId: number;
  readonly status?: StoredPayment["status"] | undefined;
}

export interface PaymentBooks {
  insert(payment: NewPayment, actor: Actor): Promise<StoredPayment>;
  /** What the provider calls it. */
  name(paymentId: number, providerPaymentId: string, checkoutUrl: string): Promise<StoredPayment>;
  read(paymentId: number): Promise<StoredPayment | null>;
  page(filter: PaymentFilter, page: OrderedPage): Promise<PageOfItems<StoredPayment>>;
  /** Applies what the provider told, once; null = it is about no payment of ours. */
  apply(provider: string, event: PaymentEvent): Promise<EventOutcome | null>;
  /** Takes a refund out of the account before the provider is asked for it. */
  reserveRefund(
    paymentId: number,
    refund: RefundFields,
    totalCentsOf: (payment: StoredPayment) => number,
    actor: Actor,
  ): Promise<RefundOutcome>;
  /** What the provider said to it; what was declined goes back into the account. */
  settleRefund(refundId: number, status: "done" | "declined"): Promise<StoredRefund>;
}

/** What the invoices of an installation say and reckon with. */
export interface InvoiceRules {
  readonly seller: Seller;
  readonly vatRates: readonly VatRate[];
}

export interface InvoiceFilter {
  readonly advertiserIds: readonly number[] | null;
  readonly month?: string | undefined;
  readonly kind?: InvoiceSummary["kind"] | undefined;
}

export interface InvoiceBooks {
  /** Advertisers with something of this month or before that no document covers, ascending, after one of them. */
  findUninvoiced(
    month: string,
    advertiserIds: readonly number[] | null,
    page: { readonly limit: number; readonly afterId: number },
  ): Promise<readonly number[]>;
  /** Issues what there is to issue for one advertiser: an invoice, a credit note, both or nothing. One transaction. */
  close(
    advertiserId: number,
    month: string,
    issuedOn: string,
    rules: InvoiceRules,
    actor: Actor,
  ): Promise<readonly InvoiceSummary[]>;
  read(invoiceId: number): Promise<Invoice | null>;
  page(filter: InvoiceFilter, page: OrderedPage): Promise<PageOfItems<InvoiceSummary>>;
}
