import type { ShopCampaign } from "../../../sdk/src/generated.ts";

/** What the page after sending tells: it lives in the history's entry, so that a reload shows it again. */
export interface Sent {
  readonly campaignId: number;
  readonly title: string;
  readonly startsOn: string;
  readonly zoneLabel: string;
  readonly isBalanceEmpty: boolean;
  readonly summary: { readonly fr: string; readonly en: string };
}

export function sentOf({ campaign, warnings, summary }: ShopCampaign, title: string): Sent {
  const { campaignId, startsOn, zoneLabel } = campaign;
  const isBalanceEmpty = warnings.some(({ code }) => code === "balance_empty");
  return { campaignId: campaignId ?? 0, title, startsOn, zoneLabel, isBalanceEmpty, summary };
}

/** Null = this entry was not made by sending. */
export function readSent(state: unknown): Sent | null {
  const isSent = typeof state === "object" && state !== null && "campaignId" in state;
  return isSent ? (state as Sent) : null;
}
