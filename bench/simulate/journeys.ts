import type { Random } from "../../src/demo/random.ts";
import type { TrackedEventKind } from "../../src/serving/ports.ts";
import { impressionLifetimeMs } from "../../src/serving/trackingToken.ts";
import { renderedShare, viewableShare } from "./campaigns.ts";
import type { ShownAd } from "./oracle.ts";

/** Something that a reader's browser will send. */
export interface DueEvent {
  readonly ad: ShownAd;
  readonly kind: TrackedEventKind;
  readonly dueMs: number;
  /** False = so late that it must not count. */
  readonly counts: boolean;
}

const secondMs = 1_000;
const minuteMs = 60_000;
/** Comes in time whatever else is late. */
const longestDelayMs = 55 * minuteMs;
const lateShare = 0.04;
const meanDelayMs = 12 * minuteMs;
const disorderShare = 0.15;
const duplicateShare = 0.03;
const tooLateShare = 0.05;

/** What becomes of an ad that a page has got: rendered or not, seen, clicked, told twice, late, out of order. */
export function journeyOf(
  ad: ShownAd,
  nowMs: number,
  clickProbability: number,
  random: Random,
): readonly DueEvent[] {
  if (!random.chance(renderedShare)) return neverSeen(ad, nowMs, random);
  const events: DueEvent[] = [];
  const add = (kind: TrackedEventKind, dueMs: number) => {
    events.push({ ad, kind, dueMs, counts: true });
    if (random.chance(duplicateShare)) {
      const againMs = Math.min(dueMs + random.next() * 30 * minuteMs, nowMs + longestDelayMs);
      events.push({ ad, kind, dueMs: againMs, counts: true });
    }
  };
  const seenMs = random.chance(lateShare) ? nowMs + delayMs(random) : nowMs;
  add("impression", seenMs);
  // Events travel on their own: some overtake the one before them.
  const baseMs = random.chance(disorderShare) ? nowMs : seenMs;
  if (random.chance(viewableShare))
    add("viewable", Math.min(baseMs + random.integer(1, 20) * secondMs, nowMs + longestDelayMs));
  if (random.chance(clickProbability)) add("click", baseMs + random.integer(3, 90) * secondMs);
  return events;
}

function delayMs(random: Random): number {
  return Math.min(longestDelayMs, -meanDelayMs * Math.log(1 - random.next()));
}

/** Its hold lapses; now and then a browser brings it back when it is history. */
function neverSeen(ad: ShownAd, nowMs: number, random: Random): readonly DueEvent[] {
  if (!random.chance(tooLateShare)) return [];
  const dueMs = nowMs + impressionLifetimeMs + random.integer(2, 30) * minuteMs;
  return [{ ad, kind: "impression", dueMs, counts: false }];
}

/** Due events by step of virtual time. */
export interface Agenda {
  readonly add: (events: readonly DueEvent[]) => void;
  /** Everything due before `untilMs`, and forgets it. */
  readonly take: (untilMs: number) => readonly DueEvent[];
  readonly size: () => number;
}

export function createAgenda(tickMs: number): Agenda {
  const byTick = new Map<number, DueEvent[]>();
  let nextTick = Number.POSITIVE_INFINITY;
  let size = 0;
  return {
    add(events) {
      for (const event of events) {
        const tick = Math.floor(event.dueMs / tickMs);
        const list = byTick.get(tick);
        if (list === undefined) byTick.set(tick, [event]);
        else list.push(event);
        nextTick = Math.min(nextTick, tick);
        size += 1;
      }
    },
    take(untilMs) {
      const taken: DueEvent[] = [];
      for (const end = untilMs / tickMs; nextTick < end; nextTick++) {
        taken.push(...(byTick.get(nextTick) ?? []));
        byTick.delete(nextTick);
        if (byTick.size === 0) {
          nextTick = Number.POSITIVE_INFINITY;
          break;
        }
      }
      size -= taken.length;
      return taken;
    },
    size: () => size,
  };
}
