import { setImmediate } from "node:timers/promises";
import type { IdentitySighting } from "../audience/identity.ts";
import { type BoundedCache, createBoundedCache } from "../boundedCache.ts";

/** What is heard of one activity, consent applied. */
export interface IdentifiedActivity {
  readonly visitorKey: string | null;
  readonly accountKey: string | null;
  readonly occurredAtMs: number;
}

/** `identity_link.v1`, as the stream takes it. */
export interface IdentityLinkEvent {
  readonly schema: "identity_link.v1";
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly payload: {
    readonly kind: "seen" | "logged_out";
    readonly visitorKey: string;
    readonly accountKey?: string;
  };
}

export interface IdentityRecorderDeps {
  /** Adds sightings to the store. Rejects when it is away. */
  readonly add: (sightings: readonly IdentitySighting[]) => Promise<void>;
  /** To the event stream: from there features know. */
  readonly emit: (event: IdentityLinkEvent) => void;
  readonly newId: () => string;
}

export interface IdentityRecorder {
  /** For serving: one look into memory where nothing is new. Neither throws nor waits. */
  readonly hear: (activities: readonly IdentifiedActivity[]) => void;
  /** The visitor has logged out. Neither throws nor waits. */
  readonly hearLogOut: (visitorKey: string, atMs: number) => void;
  readonly flushOnce: () => Promise<void>;
  /** Forgets with whom a visitor was seen, and what of it waits: it may be seen so again, and is new then. */
  readonly forget: (visitorKey: string) => void;
  /** The same of everybody who was erased, on whichever node; `isErased` as of `ErasedKeys`. */
  readonly forgetErased: (isErased: (key: string, atMs: number) => boolean) => Promise<void>;
  readonly state: () => { readonly waiting: number; readonly dropped: number };
}

const rememberedVisitors = 50_000;
const mostWaiting = 20_000;
const atOnce = 1_000;
const checkedAtOnce = 500;
/** Somebody who is seen with the same account again is told of once in so long: far less than a stretch takes to lapse. */
export const repeatedAfterMs = 7 * 86_400_000;

interface Known {
  readonly accountKey: string | null;
  readonly atMs: number;
}

/** Hears which visitors are seen with which accounts; keeps what is new, and tells the stream, beside the requests. */
export function createIdentityRecorder(deps: IdentityRecorderDeps): IdentityRecorder {
  const { add, emit, newId } = deps;
  const known = createBoundedCache<Known>(rememberedVisitors);
  const waiting: IdentitySighting[] = [];
  let dropped = 0;
  /** So many of those that wait are on their way. */
  let flushed = 0;
  let flushing: Promise<void> = Promise.resolve();
  const take = (sighting: IdentitySighting): void => {
    const { visitorKey, accountKey, atMs } = sighting;
    const before = known.get(visitorKey);
    const isRepeated =
      before?.accountKey === accountKey && Math.abs(atMs - before.atMs) < repeatedAfterMs;
    if (isRepeated) return;
    if (waiting.length >= mostWaiting) {
      dropped++;
      return;
    }
    known.set(visitorKey, { accountKey, atMs });
    waiting.push(sighting);
  };
  const flush = async (): Promise<void> => {
    const taken = waiting.slice(0, atOnce);
    if (taken.length === 0) return;
    flushed = taken.length;
    try {
      await add(taken);
      waiting.splice(0, taken.length);
    } finally {
      flushed = 0;
    }
    for (const sighting of taken) emit(eventOf(sighting, newId()));
  };
  const forget = (visitorKey: string): void => {
    known.delete(visitorKey);
    dropFrom(waiting, flushed, visitorKey);
  };
  return {
    forget,
    forgetErased: (isErased) => forgetErased(known, isErased, forget),
    hear(activities) {
      for (const { visitorKey, accountKey, occurredAtMs: atMs } of activities)
        if (visitorKey !== null && accountKey !== null) take({ visitorKey, accountKey, atMs });
    },
    hearLogOut: (visitorKey, atMs) => take({ visitorKey, accountKey: null, atMs }),
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(flush);
      return flushing;
    },
    state: () => ({ waiting: waiting.length, dropped }),
  };
}

/** Those that are on their way to the store stay at the beginning: who sends them takes them off. */
function dropFrom(waiting: IdentitySighting[], onTheirWay: number, visitorKey: string): void {
  const left = waiting.filter((one, at) => at < onTheirWay || one.visitorKey !== visitorKey);
  waiting.splice(0, waiting.length, ...left);
}

async function forgetErased(
  known: BoundedCache<Known>,
  isErased: (key: string, atMs: number) => boolean,
  forget: (visitorKey: string) => void,
): Promise<void> {
  for (const [index, [visitorKey, { accountKey, atMs }]] of known.entries().entries()) {
    const keys = accountKey === null ? [visitorKey] : [visitorKey, accountKey];
    if (keys.some((key) => isErased(key, atMs))) forget(visitorKey);
    // Each look hashes: requests come between.
    if (index % checkedAtOnce === 0) await setImmediate();
  }
}

function eventOf(
  { visitorKey, accountKey, atMs }: IdentitySighting,
  eventId: string,
): IdentityLinkEvent {
  const kind = accountKey === null ? "logged_out" : "seen";
  const named = accountKey === null ? { visitorKey } : { visitorKey, accountKey };
  const payload = { kind, ...named } as const;
  return { schema: "identity_link.v1", eventId, occurredAtMs: atMs, payload };
}
