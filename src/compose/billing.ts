import type { Router } from "express";
import type { InvoiceRules } from "../billing/billingBooks.ts";
import type { Invoice } from "../billing/invoice.ts";
import type { PaymentProvider } from "../billing/paymentProvider.ts";
import { renderInvoice } from "../billing/pdf/renderInvoice.ts";
import { readVatRates } from "../billing/vat.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { Config } from "../config.ts";
import type { Admission } from "../routes/admission.ts";
import { billingRouter } from "../routes/billing.ts";
import { invoicesRouter } from "../routes/invoices.ts";
import { SetupError } from "../setupError.ts";
import { readInvoiceFonts } from "../stores/files/invoiceFonts.ts";
import { createHttpPaymentProvider } from "../stores/payments/httpProvider.ts";
import { createAccountBooks } from "../stores/postgres/billingAccounts.ts";
import { createInvoiceBooks } from "../stores/postgres/invoices.ts";
import { createPaymentBooks } from "../stores/postgres/payments.ts";
import type { Stores } from "./stores.ts";

type BillingConfig = Pick<
  Config,
  | "sellerName"
  | "sellerAddress"
  | "sellerSiren"
  | "sellerVatNumber"
  | "vatRates"
  | "paymentProviderUrl"
  | "paymentProviderKey"
  | "paymentWebhookSecret"
>;

/** Accounts, payments and invoices. To be mounted before the router of advertisers. */
export function composeBilling(
  config: BillingConfig,
  { db, clock, places }: Pick<Stores, "db" | "clock" | "places">,
  { authenticate }: Pick<Admission, "authenticate">,
): readonly Router[] {
  const vatRates = readVatRates(config.vatRates) ?? [];
  const today = () => budgetDayOf(clock.nowMs());
  const invoices = createInvoiceBooks(db, places);
  return [
    billingRouter({
      authenticate,
      accounts: createAccountBooks(db),
      payments: createPaymentBooks(db),
      provider: providerOf(config),
      vatRates,
      today,
      nowMs: () => clock.nowMs(),
    }),
    invoicesRouter({
      authenticate,
      invoices,
      rules: invoiceRulesOf(config),
      today,
      renderPdf: createRenderPdf(),
    }),
  ];
}

/** Fonts are read once, when the first PDF is asked for. */
function createRenderPdf(): (invoice: Invoice) => Promise<Buffer> {
  let fonts: ReturnType<typeof readInvoiceFonts> | null = null;
  return async (invoice) => {
    fonts ??= readInvoiceFonts();
    return renderInvoice(invoice, await fonts);
  };
}

/** What invoices say of the seller; null = nothing is set. Throws a SetupError when only a part is. */
export function invoiceRulesOf(config: BillingConfig): InvoiceRules | null {
  const { sellerName: name, sellerAddress: address, sellerSiren: siren } = config;
  const { sellerVatNumber: vatNumber } = config;
  if (name !== null && address !== null && siren !== null && vatNumber !== null)
    return {
      seller: { name, address, siren, vatNumber },
      vatRates: readVatRates(config.vatRates) ?? [],
    };
  if (name === null && address === null && siren === null && vatNumber === null) return null;
  throw new SetupError(
    "Invoices need all of SELLER_NAME, SELLER_ADDRESS, SELLER_SIREN and SELLER_VAT_NUMBER, or none of them.",
  );
}

function providerOf(config: BillingConfig): PaymentProvider | null {
  const { paymentProviderUrl: url, paymentProviderKey: apiKey } = config;
  const { paymentWebhookSecret: webhookSecret } = config;
  if (url === null) return null;
  if (apiKey !== null && webhookSecret !== null)
    return createHttpPaymentProvider({ url, apiKey, webhookSecret });
  throw new SetupError(
    "PAYMENT_PROVIDER_URL needs PAYMENT_PROVIDER_KEY and PAYMENT_WEBHOOK_SECRET.",
  );
}
