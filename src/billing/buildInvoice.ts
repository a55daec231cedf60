import type {
  BilledCampaign,
  Buyer,
  CreditItem,
  InvoiceDocument,
  InvoiceItem,
  InvoiceLine,
  InvoiceTotals,
  Seller,
} from "./invoice.ts";
import { microsPerCent, roundToCents } from "./rounding.ts";
import { type Vat, vatCentsOf } from "./vat.ts";

/** Everything that a document is made of besides what it covers. */
export interface InvoiceFacts {
  readonly month: string;
  readonly issuedOn: string;
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly mandatary: string | null;
  readonly campaigns: ReadonlyMap<number, BilledCampaign>;
  readonly vat: Vat;
  /** What the advertiser's document before this one has left. */
  readonly carriedInMicros: number;
  /** Paid in and not used by earlier documents, before VAT. */
  readonly prepaidMicros: number;
}

/** The invoice over charges of the ledger; `items` must not be empty. Pure. */
export function buildInvoice(facts: InvoiceFacts, items: readonly InvoiceItem[]): InvoiceDocument {
  const groups = Map.groupBy(items, ({ campaignId, kind }) => `${campaignId} ${kind}`);
  const lines = [...groups.values()].map((group) => lineOfItems(facts, group));
  return documentOf(facts, "F", lines, []);
}

/** The credit note over credits of the ledger; `corrects` names the invoices that their days are on. Pure. */
export function buildCreditNote(
  facts: InvoiceFacts,
  credits: readonly CreditItem[],
  corrects: readonly string[],
): InvoiceDocument {
  const groups = Map.groupBy(credits, ({ campaignId, reason }) => `${campaignId} ${reason}`);
  const lines = [...groups.values()].map((group) => lineOfCredits(facts, group));
  return documentOf(facts, "A", lines, corrects);
}

function lineOfItems(facts: InvoiceFacts, items: readonly InvoiceItem[]): InvoiceLine {
  const units = sum(items.map((item) => item.units));
  const amountMicros = sum(items.map((item) => item.amountMicros));
  return {
    ...whereAndWhen(facts, items),
    kind: items[0]?.kind ?? "impression",
    units,
    unitPriceMicros: amountMicros / units,
    amountMicros,
    reason: null,
  };
}

function lineOfCredits(facts: InvoiceFacts, credits: readonly CreditItem[]): InvoiceLine {
  return {
    ...whereAndWhen(facts, credits),
    kind: "credit",
    units: credits.length,
    unitPriceMicros: 0,
    amountMicros: -sum(credits.map((credit) => credit.amountMicros)),
    reason: credits[0]?.reason ?? null,
  };
}

function whereAndWhen(
  { campaigns }: InvoiceFacts,
  covered: readonly { readonly campaignId: number; readonly day: string }[],
) {
  const days = covered.map(({ day }) => day).toSorted();
  const campaignId = covered[0]?.campaignId ?? 0;
  const campaign = campaigns.get(campaignId);
  return {
    campaignId,
    // The ledger outlives campaigns.
    campaignName: campaign?.name ?? `Campagne n° ${campaignId}`,
    zone: campaign?.zone ?? "",
    supports: campaign?.supports ?? [],
    shownIn: campaign?.shownIn ?? [],
    fromDay: days[0] ?? "",
    toDay: days.at(-1) ?? "",
  };
}

function documentOf(
  facts: InvoiceFacts,
  series: "F" | "A",
  lines: readonly InvoiceLine[],
  corrects: readonly string[],
): InvoiceDocument {
  const { month, issuedOn, seller, buyer, mandatary } = facts;
  const sorted = lines.toSorted(
    (a, b) => a.campaignId - b.campaignId || a.kind.localeCompare(b.kind),
  );
  const totals = totalsOf(facts, series, sum(lines.map((line) => line.amountMicros)));
  return { series, month, issuedOn, seller, buyer, mandatary, lines: sorted, totals, corrects };
}

function totalsOf(facts: InvoiceFacts, series: "F" | "A", exactMicros: number): InvoiceTotals {
  const { vat, carriedInMicros, prepaidMicros } = facts;
  const { cents: netCents, carriedOutMicros } = roundToCents(exactMicros, carriedInMicros);
  const vatCents = vatCentsOf(netCents, vat.basisPoints);
  const totalCents = netCents + vatCents;
  const prepaidNet = Math.min(netCents, Math.max(0, Math.floor(prepaidMicros / microsPerCent)));
  const dueNet = netCents - prepaidNet;
  const dueCents = series === "A" ? 0 : dueNet + vatCentsOf(dueNet, vat.basisPoints);
  return {
    exactMicros,
    carriedInMicros,
    netCents,
    carriedOutMicros,
    vatBasisPoints: vat.basisPoints,
    vatMention: vat.mention,
    vatCents,
    totalCents,
    prepaidCents: series === "A" ? 0 : totalCents - dueCents,
    dueCents,
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);
