import {
  addCounts,
  addSample,
  type CounterName,
  type Counts,
  createCounts,
} from "../reports/counters.ts";
import type { FunnelHour, FunnelStore } from "../stores/postgres/funnelStore.ts";

/** Counts of re-decided samples, in memory until they are added to Postgres. */
export interface FunnelCounts {
  /** One thing counted of one sampled request, which stands for `weight` of them. */
  readonly count: (
    campaignId: number,
    counter: CounterName,
    sample: { readonly nowMs: number; readonly weight: number; readonly amount: number },
  ) => void;
  /** Adds what was counted. What could not be added stays for the next time. Rejects when Postgres is away. */
  readonly flushOnce: () => Promise<void>;
  /** Campaigns' hours that wait, and counts that found no room. */
  readonly state: () => { readonly waiting: number; readonly dropped: number };
}

const hourMs = 3_600_000;
/** About 800 bytes each. A full memory takes no more campaigns' hours, and goes on counting for those it has. */
const mostWaiting = 30_000;
/** A campaign's id is below 2^32. */
const idRange = 2 ** 32;

export function createFunnelCounts(
  store: Pick<FunnelStore, "add">,
  options: { readonly mostWaiting?: number } = {},
): FunnelCounts {
  const most = options.mostWaiting ?? mostWaiting;
  let waiting = new Map<number, Counts>();
  let dropped = 0;
  const countsOf = (key: number): Counts | null => {
    const known = waiting.get(key);
    if (known !== undefined) return known;
    if (waiting.size >= most) return null;
    const fresh = createCounts();
    waiting.set(key, fresh);
    return fresh;
  };
  let flushing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const taken = waiting;
    waiting = new Map();
    try {
      await store.add([...taken].map(toFunnelHour));
    } catch (error) {
      // Some of it may be in: at worst it counts twice, once in an outage.
      const since = waiting;
      waiting = taken;
      for (const [key, counts] of since) {
        const into = countsOf(key);
        if (into === null) dropped++;
        else addCounts(into, counts.weights, counts.squares);
      }
      throw error;
    }
  };
  return {
    count(campaignId, counter, { nowMs, weight, amount }) {
      const counts = countsOf(Math.floor(nowMs / hourMs) * idRange + campaignId);
      if (counts === null) dropped++;
      else addSample(counts, counter, weight, amount);
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(flush);
      return flushing;
    },
    state: () => ({ waiting: waiting.size, dropped }),
  };
}

function toFunnelHour([key, counts]: readonly [number, Counts]): FunnelHour {
  return { campaignId: key % idRange, hourMs: Math.floor(key / idRange) * hourMs, counts };
}
