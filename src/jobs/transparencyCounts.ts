import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { HearDecision } from "../serving/hearDecision.ts";
import { adReasonsOf } from "../serving/why.ts";

/** Ads that were given to pages on one day, of one advertiser, for one set of kinds of reasons. Nobody is in it. */
export interface TransparencyCount {
  readonly day: string;
  readonly advertiserId: number;
  readonly advertiser: string;
  readonly payer: string;
  readonly place: "everywhere" | "search" | "device" | "home" | "ip";
  readonly category: boolean;
  readonly audience: boolean;
  readonly ads: number;
}

export interface TransparencyCounts {
  readonly hear: HearDecision;
  /** Rejects when Postgres is away; what could not be added stays for the next time. */
  readonly flushOnce: () => Promise<void>;
}

/** More kinds of lines than this in one minute are not counted: memory is bounded. */
const mostLines = 50_000;

/** Counts on this node what ads are shown for, and adds it up with what others count. */
export function createTransparencyCounts(
  add: (counts: readonly TransparencyCount[]) => Promise<void>,
): TransparencyCounts {
  const lines = new Map<string, TransparencyCount>();
  const count = (one: TransparencyCount): void => {
    const { day, advertiserId, advertiser, payer, place, category, audience } = one;
    const name = `${day} ${advertiserId} ${place} ${category} ${audience} ${advertiser}\n${payer}`;
    const before = lines.get(name);
    if (before === undefined && lines.size >= mostLines) return;
    lines.set(name, { ...one, ads: one.ads + (before?.ads ?? 0) });
  };
  let flushing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    if (lines.size === 0) return;
    const taken = [...lines.values()];
    lines.clear();
    try {
      await add(taken);
    } catch (error) {
      for (const one of taken) count(one);
      throw error;
    }
  };
  return {
    hear(request, { visitor }, winners) {
      for (const { candidate } of winners) {
        const { advertiserId, advertiserName, payerName } = candidate.campaign;
        const { place, category, audience } = adReasonsOf(candidate, request, visitor);
        count({
          day: budgetDayOf(request.nowMs),
          advertiserId,
          advertiser: advertiserName,
          payer: payerName,
          place: place ?? "everywhere",
          category,
          audience,
          ads: 1,
        });
      }
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(flush);
      return flushing;
    },
  };
}
