import { actorOf, requireAdmin } from "../campaigns/access.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Actor, Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import type { InvoiceBooks, InvoiceRules } from "./billingBooks.ts";
import { closingSchema, type InvoiceSummary } from "./schemas.ts";

export interface CloseMonthDeps {
  readonly invoices: Pick<InvoiceBooks, "findUninvoiced" | "close">;
  /** Null = the seller's legal mentions are not set. */
  readonly rules: InvoiceRules | null;
  /** The day in Paris. */
  readonly today: () => string;
}

const advertisersAtOnce = 200;

/** What a call of the API closes at most; it says where to go on by being called again. */
export const mostAdvertisersOfACall = 200;

export interface Closed {
  readonly month: string;
  readonly issued: readonly InvoiceSummary[];
  /** False: there are more; the same call again goes on. */
  readonly isDone: boolean;
}

/**
 * Closes a month that is over: an invoice for what was charged up to its end and is on none yet, a credit note for what was
 * given back, advertiser by advertiser, each in its own transaction. Again, it issues only what came since. Throws
 * PublicError `conflict` for a month that is not over or without the seller's mentions.
 */
export async function closeMonth(
  { invoices, rules, today }: CloseMonthDeps,
  {
    month,
    advertiserIds,
  }: { readonly month: string; readonly advertiserIds: readonly number[] | null },
  actor: Actor,
  mostAdvertisers = Number.MAX_SAFE_INTEGER,
): Promise<Closed> {
  if (rules === null)
    throw new PublicError(
      "conflict",
      "Invoices need the SELLER_ settings: the seller's name, address, SIREN, VAT number.",
    );
  const issuedOn = today();
  if (issuedOn.slice(0, 7) <= month)
    throw new PublicError("conflict", "This month is not over.", [
      { pointer: "/month", rule: `must be before ${issuedOn.slice(0, 7)}` },
    ]);
  const issued: InvoiceSummary[] = [];
  let [afterId, count] = [0, 0];
  while (count < mostAdvertisers) {
    const limit = Math.min(advertisersAtOnce, mostAdvertisers - count);
    const ids = await invoices.findUninvoiced(month, advertiserIds, { limit, afterId });
    for (const id of ids) issued.push(...(await invoices.close(id, month, issuedOn, rules, actor)));
    if (ids.length < limit) return { month, issued, isDone: true };
    afterId = ids.at(-1) ?? 0;
    count += ids.length;
  }
  return { month, issued, isDone: false };
}

/** The same from a body, for administrators of the operator. Throws PublicError `forbidden` and `invalid_body`, too. */
export async function closeMonthFor(
  deps: CloseMonthDeps,
  body: unknown,
  caller: Caller,
): Promise<Closed> {
  requireAdmin(caller);
  const fields = valueOrThrow(parseFields(closingSchema, body));
  return closeMonth(deps, fields, actorOf(caller), mostAdvertisersOfACall);
}
