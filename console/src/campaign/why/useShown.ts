import { figureOf } from "../overview/delivery.ts";
import { parisDay } from "../overview/period.ts";
import { useReport } from "../useCampaignFacts.ts";
import { useNow } from "../useNow.ts";

/** Impressions that the ledger has since an instant that begins an hour; null = not known yet. */
export function useShown(campaignId: number, since: string): number | null {
  const today = parisDay(useNow());
  const sinceMs = Date.parse(since);
  const { data } = useReport({
    campaignId,
    from: parisDay(sinceMs),
    to: today,
    dimensions: "hour",
    measures: "impressions",
    isLive: true,
  });
  if (data === undefined) return null;
  return data.rows
    .filter(({ hour }) => Date.parse(String(hour)) >= sinceMs)
    .reduce((sum, row) => sum + figureOf(row, "impressions"), 0);
}
