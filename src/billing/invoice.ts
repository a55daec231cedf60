/** An invoice or a credit note as it is printed. Immutable; amounts before VAT unless they say otherwise. */

export interface Seller {
  readonly name: string;
  /** Lines of the address. */
  readonly address: readonly string[];
  readonly siren: string;
  readonly vatNumber: string;
}

export interface Buyer {
  readonly advertiserId: number;
  readonly name: string;
  /** Who pays for the ads, as visitors are told. */
  readonly payerName: string;
  readonly address: readonly string[];
  readonly postalCode: string | null;
  readonly siren: string | null;
  readonly vatNumber: string | null;
}

export const billedKinds = ["impression", "viewable", "click"] as const;
export type BilledKind = (typeof billedKinds)[number];

/** What of one campaign-day of the ledger a document covers. */
export interface InvoiceItem {
  readonly campaignId: number;
  /** "YYYY-MM-DD", Europe/Paris. */
  readonly day: string;
  readonly kind: BilledKind;
  readonly units: number;
  readonly amountMicros: number;
}

/** A credit of the ledger. */
export interface CreditItem {
  readonly entryId: number;
  readonly campaignId: number;
  readonly day: string;
  /** Positive. */
  readonly amountMicros: number;
  readonly reason: string;
}

/** What is told of a campaign beside its figures. */
export interface BilledCampaign {
  readonly campaignId: number;
  readonly name: string;
  /** "Limoges et 10 km autour". */
  readonly zone: string;
  /** Sites and exchanges on which its ads were shown. */
  readonly supports: readonly string[];
  /** Communes and départements of at least 50 people, by impressions. */
  readonly shownIn: readonly string[];
}

export interface InvoiceLine {
  readonly campaignId: number;
  readonly campaignName: string;
  readonly zone: string;
  readonly supports: readonly string[];
  readonly shownIn: readonly string[];
  readonly fromDay: string;
  readonly toDay: string;
  /** "credit" on a credit note, which has a reason and no unit price. */
  readonly kind: BilledKind | "credit";
  readonly units: number;
  /** Of one unit, micros; the mean, not rounded, where prices changed. */
  readonly unitPriceMicros: number;
  /** Negative on a credit note. */
  readonly amountMicros: number;
  readonly reason: string | null;
}

export interface InvoiceTotals {
  readonly exactMicros: number;
  readonly carriedInMicros: number;
  readonly netCents: number;
  readonly carriedOutMicros: number;
  readonly vatBasisPoints: number;
  readonly vatMention: string | null;
  readonly vatCents: number;
  readonly totalCents: number;
  /** With VAT: taken from what was paid in, and left to pay. Both 0 on a credit note, which goes to the balance. */
  readonly prepaidCents: number;
  readonly dueCents: number;
}

export interface InvoiceDocument {
  readonly series: "F" | "A";
  /** "YYYY-MM". */
  readonly month: string;
  readonly issuedOn: string;
  readonly seller: Seller;
  readonly buyer: Buyer;
  /** An agency that acts for the advertiser under a written mandate; null = none. */
  readonly mandatary: string | null;
  readonly lines: readonly InvoiceLine[];
  readonly totals: InvoiceTotals;
  /** Numbers of the invoices that a credit note corrects. */
  readonly corrects: readonly string[];
}

/** What is known once it is issued. */
export interface Invoice extends InvoiceDocument {
  readonly invoiceId: number;
  /** "F2026-000042"; credit notes are numbered by themselves: "A2026-000003". */
  readonly number: string;
}

/** "F2026-000042". */
export function invoiceNumber(series: string, year: number, number: number): string {
  return `${series}${year}-${String(number).padStart(6, "0")}`;
}
