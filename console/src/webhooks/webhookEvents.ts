import type { Webhook } from "../../../sdk/src/generated.ts";

export type WebhookEvent = Webhook["events"][number];

/** All that a webhook may be told, in the order of a campaign's life, then of its advertiser's account. */
export const webhookEvents: readonly WebhookEvent[] = [
  "campaign.approved",
  "campaign.rejected",
  "campaign.under_delivering",
  "campaign.budget_80",
  "campaign.exhausted",
  "campaign.daily_budget_exhausted",
  "advertiser.balance_low",
  "advertiser.balance_exhausted",
];

const failures = [
  "http_error",
  "redirect",
  "timeout",
  "unreachable",
  "certificate",
  "unknown_host",
  "private_address",
  "not_https",
] as const;

/** Why a delivery failed; what this console does not know yet is "other". Pure. */
export function failureOf(error: string): (typeof failures)[number] | "other" {
  return failures.find((known) => known === error) ?? "other";
}
