import { reachCodeOf } from "../audience/reachCode.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { addCode, createSketch, type Sketch } from "../reports/hyperLogLog.ts";
import { mondayOf } from "../reports/parisTime.ts";
import type { CountedPeople } from "../stores/postgres/forecastPeople.ts";

/** Counts everybody who comes to a bucket, sampled or not: half a microsecond each. */
export interface PeopleCounts {
  readonly count: (bucket: number, visitorKey: string, nowMs: number) => void;
  /** What is new since the last time; weeks that are over are forgotten. */
  readonly take: () => readonly CountedPeople[];
  /** What could not be kept: it is told again the next time. */
  readonly giveBack: (people: readonly CountedPeople[]) => void;
}

/** 16 kB each: 40 MB, and more than all of France has. */
const mostBuckets = 2_500;

interface Counting {
  readonly sketch: Sketch;
  firstAtMs: number;
  fresh: number[];
}

export function createPeopleCounts(): PeopleCounts {
  let week = "";
  let weekEndsMs = 0;
  let counting = new Map<number, Counting>();
  let over: CountedPeople[] = [];
  const freshOf = (): CountedPeople[] =>
    [...counting].flatMap(([bucket, { fresh, firstAtMs }]) =>
      fresh.length === 0 ? [] : [{ bucket, week, firstAtMs, codes: fresh }],
    );
  const startWeek = (nowMs: number): void => {
    over.push(...freshOf());
    counting = new Map();
    week = mondayOf(budgetDayOf(nowMs));
    weekEndsMs = endOfDayMs(nowMs);
  };
  return {
    count(bucket, visitorKey, nowMs) {
      if (nowMs >= weekEndsMs) {
        if (mondayOf(budgetDayOf(nowMs)) === week) weekEndsMs = endOfDayMs(nowMs);
        else startWeek(nowMs);
      }
      let known = counting.get(bucket);
      if (known === undefined) {
        if (counting.size >= mostBuckets) return;
        known = { sketch: createSketch(), firstAtMs: nowMs, fresh: [] };
        counting.set(bucket, known);
      }
      const code = reachCodeOf(visitorKey);
      if (code >= 0 && addCode(known.sketch, code)) known.fresh.push(code);
    },
    take() {
      const taken = [...over, ...freshOf()];
      over = [];
      for (const known of counting.values()) known.fresh = [];
      return taken;
    },
    giveBack(people) {
      over.push(...people);
    },
  };
}

/** The next whole hour is soon enough: Paris begins its days on one. */
function endOfDayMs(nowMs: number): number {
  return (Math.floor(nowMs / 3_600_000) + 1) * 3_600_000;
}
