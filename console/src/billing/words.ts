import { dictionary } from "../words/dictionary.ts";
import { billingEn } from "../words/en/billing.ts";
import { billingFr } from "../words/fr/billing.ts";

export const billingWords = dictionary(billingFr, billingEn);
