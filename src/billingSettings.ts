import { readVatRates } from "./billing/vat.ts";
import { needed, optional, withDefault, withDefaultInStart } from "./defineSettings.ts";
import { listOfTexts, type SettingKind, secret, text, url } from "./settingKinds.ts";

const shaped = (shape: RegExp, rule: string): SettingKind<string> => ({
  rule,
  read: (value) => (shape.test(value) ? value : undefined),
});

const vatRates: SettingKind<string> = {
  rule: "days and percentages like 2014-01-01=20, separated by commas",
  read: (value) => (readVatRates(value) === null ? undefined : value),
};

/** What invoices say of the seller, and who takes payments. `docs/billing.md`. */
export const billingSettings = {
  sellerName: withDefaultInStart(
    needed(
      "SELLER_NAME",
      text("a name"),
      ["invoices:close"],
      "Who sells, on invoices. `serve` closes months only with all four `SELLER_` settings.",
    ),
    "Régie de démonstration",
  ),
  sellerAddress: withDefaultInStart(
    needed(
      "SELLER_ADDRESS",
      listOfTexts(4, 100),
      ["invoices:close"],
      "The seller's address, lines separated by commas.",
    ),
    ["1 rue de la Paix", "75002 Paris"],
  ),
  sellerSiren: withDefaultInStart(
    needed(
      "SELLER_SIREN",
      shaped(/^\d{9}$/, "a SIREN of 9 digits"),
      ["invoices:close"],
      "The seller's SIREN.",
    ),
    "000000000",
  ),
  sellerVatNumber: withDefaultInStart(
    needed(
      "SELLER_VAT_NUMBER",
      shaped(/^FR[0-9A-Z]{2}\d{9}$/, "a French VAT number like FR12345678901"),
      ["invoices:close"],
      "The seller's VAT number.",
    ),
    "FR00000000000",
  ),
  vatRates: withDefault(
    "VAT_RATES",
    vatRates,
    "2014-01-01=20",
    "The standard VAT rates in percent, each with its first day. Overseas départements have their own.",
  ),
  paymentProviderUrl: optional(
    "PAYMENT_PROVIDER_URL",
    url(["https:", "http:"], "https://payments.example"),
    "The payment provider, without a slash at the end. Without it nothing can be paid in. `start` runs a test provider of its own.",
  ),
  paymentProviderKey: optional(
    "PAYMENT_PROVIDER_KEY",
    secret,
    "What the payment provider knows us by; needed with its URL.",
  ),
  paymentWebhookSecret: optional(
    "PAYMENT_WEBHOOK_SECRET",
    secret,
    "Signs what the payment provider tells us; needed with its URL.",
  ),
} as const;
