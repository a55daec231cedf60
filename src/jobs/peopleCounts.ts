import { reachCodeOf } from "../audience/reachCode.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { mondayOf } from "../reports/parisTime.ts";
import type { CountedPeople } from "../stores/postgres/forecastPeople.ts";

/** Counts everybody who comes to a place of a bucket, and every page, sampled or not: half a microsecond each. */
export interface PeopleCounts {
  /**
   * One page. `place` 0 = the whole bucket; `visitorKey` null = nobody who may be recognised. Answers whether it is the first
   * one of the place in this week.
   */
  readonly count: (
    bucket: number,
    place: number,
    visitorKey: string | null,
    nowMs: number,
  ) => boolean;
  /** What is new since the last time; weeks that are over are forgotten. */
  readonly take: () => readonly CountedPeople[];
  /** What could not be kept: it is told again the next time. */
  readonly giveBack: (people: readonly CountedPeople[]) => void;
}

/** More than all of France has where it is counted by place. */
const mostPlaces = 50_000;
/** Codes that were told already are remembered, so that most need not be told again; and as many wait for Postgres. 40 MB each. */
const mostCodes = 1_000_000;

interface Counting {
  readonly bucket: number;
  readonly place: number;
  readonly firstAtMs: number;
  pages: number;
  fresh: number[];
  readonly known: Set<number>;
}

interface Week {
  readonly monday: string;
  readonly places: Map<number, Counting>;
  remembered: number;
}

export function createPeopleCounts(): PeopleCounts {
  let week = startWeek("");
  let weekEndsMs = 0;
  let over: CountedPeople[] = [];
  let waiting = 0;
  const turnTo = (nowMs: number): void => {
    const monday = mondayOf(budgetDayOf(nowMs));
    weekEndsMs = endOfDayMs(nowMs);
    if (monday === week.monday) return;
    over.push(...freshOf(week));
    week = startWeek(monday);
  };
  return {
    count(bucket, place, visitorKey, nowMs) {
      if (nowMs >= weekEndsMs) turnTo(nowMs);
      const key = place === 0 ? -1 - bucket : place;
      let known = week.places.get(key);
      const isFirst = known === undefined;
      if (known === undefined) {
        if (week.places.size >= mostPlaces) return false;
        known = { bucket, place, firstAtMs: nowMs, pages: 0, fresh: [], known: new Set() };
        week.places.set(key, known);
      }
      known.pages++;
      if (visitorKey !== null && waiting < mostCodes && remember(week, known, visitorKey))
        waiting++;
      return isFirst;
    },
    take() {
      const taken = [...over, ...freshOf(week)];
      over = [];
      waiting = 0;
      for (const known of week.places.values()) {
        known.fresh = [];
        known.pages = 0;
      }
      return taken;
    },
    giveBack(people) {
      over.push(...people);
      waiting += people.reduce((sum, { codes }) => sum + codes.length, 0);
    },
  };
}

const startWeek = (monday: string): Week => ({ monday, places: new Map(), remembered: 0 });

function freshOf({ monday, places }: Week): CountedPeople[] {
  return [...places.values()].flatMap(({ bucket, place, firstAtMs, pages, fresh }) =>
    pages === 0 ? [] : [{ bucket, place, week: monday, firstAtMs, pages, codes: fresh }],
  );
}

/** Whether the visitor is new there, as far as is remembered: who is told twice counts once. */
function remember(week: Week, counting: Counting, visitorKey: string): boolean {
  const code = reachCodeOf(visitorKey);
  if (code < 0 || counting.known.has(code)) return false;
  if (week.remembered >= mostCodes) {
    for (const { known } of week.places.values()) known.clear();
    week.remembered = 0;
  }
  counting.known.add(code);
  counting.fresh.push(code);
  week.remembered++;
  return true;
}

/** The next whole hour is soon enough: Paris begins its days on one. */
function endOfDayMs(nowMs: number): number {
  return (Math.floor(nowMs / 3_600_000) + 1) * 3_600_000;
}
