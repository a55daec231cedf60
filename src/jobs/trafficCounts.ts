import { trafficCellOf } from "../budgets/pacing/pacedCampaign.ts";
import type { CountedTraffic } from "../budgets/pacing/trafficHistory.ts";
import type { TrafficHours } from "../stores/postgres/trafficHours.ts";

/** Counts opportunities in memory and adds them to the common table now and then. */
export interface TrafficCounts {
  /** One request that could be billed. `cell` is where it is about, null when nobody knows. No I/O, never throws. */
  readonly count: (cell: string | null, nowMs: number) => void;
  /** Adds what was counted to the table. What could not be added stays for the next time. Rejects when Postgres is away. */
  readonly flushOnce: () => Promise<void>;
}

const hourMs = 3_600_000;
/** The cell of what has no place of its own. */
const elsewhere = 0;
/** Cells and hours that wait for Postgres: days of France without it. More are counted as having no place. */
const mostWaiting = 20_000;
/** A cell is below 2^24 (see `bucketKey`). */
const cellRange = 0x1_00_00_00;

export function createTrafficCounts(
  table: Pick<TrafficHours, "add">,
  options: { readonly mostWaiting?: number } = {},
): TrafficCounts {
  let counts = new Map<number, number>();
  const most = options.mostWaiting ?? mostWaiting;
  const add = (into: Map<number, number>, key: number, requests: number): void => {
    const known = into.get(key);
    if (known !== undefined) into.set(key, known + requests);
    else if (into.size < most || key % cellRange === elsewhere) into.set(key, requests);
    else add(into, key - (key % cellRange) + elsewhere, requests);
  };
  let flushing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    if (counts.size === 0) return;
    const taken = counts;
    counts = new Map();
    try {
      await table.add([...taken].map(toCounted));
    } catch (error) {
      // At worst counted twice, when only the answer was lost: forecasts do not mind.
      const since = counts;
      counts = taken;
      for (const [key, requests] of since) add(counts, key, requests);
      throw error;
    }
  };
  return {
    count(cell, nowMs) {
      const place = cell === null ? elsewhere : (trafficCellOf(cell) ?? elsewhere);
      add(counts, Math.floor(nowMs / hourMs) * cellRange + place, 1);
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(flush);
      return flushing;
    },
  };
}

function toCounted([key, requests]: readonly [number, number]): CountedTraffic {
  return { cell: key % cellRange, hour: Math.floor(key / cellRange), requests };
}
