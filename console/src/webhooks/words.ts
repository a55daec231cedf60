import { dictionary } from "../words/dictionary.ts";
import { webhooksEn } from "../words/en/webhooks.ts";
import { webhooksFr } from "../words/fr/webhooks.ts";

export const webhooksWords = dictionary(webhooksFr, webhooksEn);
