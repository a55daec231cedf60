import {
  type ActivityOfSession,
  type SessionEvent,
  sessionEventOf,
} from "../audience/sessionEvent.ts";

export interface HearSessionDeps {
  /** Adds to the visitor's profile in one trip. */
  readonly remember: (
    visitorKey: string,
    events: readonly SessionEvent[],
    nowMs: number,
  ) => Promise<unknown>;
  readonly nowMs: () => number;
  /** Told of each profile that could not be written; must not throw. */
  readonly onError: (error: unknown) => void;
}

export interface HearSession {
  /** Takes new events of one report, consent applied. Neither throws nor waits. */
  readonly hear: (events: readonly ActivityOfSession[]) => void;
  /** How many reports wait for the store, and how many found no room, since the node began. */
  readonly state: () => { readonly waiting: number; readonly dropped: number };
  /** Resolves when nothing waits. */
  readonly settle: () => Promise<void>;
}

/** More reports than this do not wait for a store that is away: a profile that lacks a page is a profile. */
const mostWaiting = 500;

/**
 * Writes session profiles from what visitors do: events that name a visitor (whose consent allows it) and a category, each
 * visitor's together. What cannot be written is lost: the next page says more.
 */
export function createHearSession({ remember, nowMs, onError }: HearSessionDeps): HearSession {
  const waiting = new Set<Promise<unknown>>();
  let dropped = 0;
  const write = (visitorKey: string, events: readonly SessionEvent[]): void => {
    if (waiting.size >= mostWaiting) {
      dropped += 1;
      return;
    }
    const written = remember(visitorKey, events, nowMs())
      .catch(onError)
      .finally(() => waiting.delete(written));
    waiting.add(written);
  };
  return {
    hear(activities) {
      for (const [visitorKey, events] of byVisitor(activities)) write(visitorKey, events);
    },
    state: () => ({ waiting: waiting.size, dropped }),
    async settle() {
      await Promise.all(waiting);
    },
  };
}

function byVisitor(
  activities: readonly ActivityOfSession[],
): ReadonlyMap<string, readonly SessionEvent[]> {
  const events = new Map<string, SessionEvent[]>();
  for (const activity of activities) {
    const event = sessionEventOf(activity);
    if (event === null || activity.visitorKey === null) continue;
    const known = events.get(activity.visitorKey);
    if (known === undefined) events.set(activity.visitorKey, [event]);
    else known.push(event);
  }
  return events;
}
