import type { Format } from "../../ui/format.ts";
import type { Campaign, Pacing } from "../types.ts";
import type { CampaignWords } from "../words.ts";

/** Within this share of the plan it is on time. */
const onTimeShare = 0.1;

/** Today's pacing in one sentence. Pure. */
export function paceSentence(
  { priority }: Pick<Campaign, "priority">,
  pacing: Pick<Pacing, "pacing" | "plannedMicros" | "spentMicros" | "targetMicros">,
  words: CampaignWords["pace"],
  { money, percent }: Pick<Format, "money" | "percent">,
): string {
  const { plannedMicros, spentMicros, targetMicros } = pacing;
  const spent = money(spentMicros);
  if (priority === "house") return words.free(spent);
  if (pacing.pacing === "asap") return words.asap(spent);
  if (plannedMicros === null || targetMicros === null) return words.waiting(spent);
  const day = money(targetMicros);
  if (plannedMicros === 0) return spentMicros === 0 ? words.notYet(day) : words.waiting(spent);
  const off = (spentMicros - plannedMicros) / plannedMicros;
  const planned = money(plannedMicros);
  if (Math.abs(off) <= onTimeShare) return words.onPlan(spent, planned, day);
  const share = percent(Math.abs(off), 0);
  return off < 0
    ? words.behind(share, spent, planned, day)
    : words.ahead(share, spent, planned, day);
}
