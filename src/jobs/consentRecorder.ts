import { createBoundedCache } from "../boundedCache.ts";
import { consentBits, isWithdrawal } from "../consent/consentBits.ts";
import type { Consent } from "../consent/types.ts";
import type { NotedConsent } from "./visitorPorts.ts";

export interface ConsentRecorderDeps {
  readonly visitorKeyOf: (visitorId: string) => string;
  readonly visitorHashOf: (visitorKey: string) => string;
  /** Keeps those that differ from what is known. Rejects when Postgres is away. */
  readonly note: (noted: readonly NotedConsent[]) => Promise<void>;
  /** Forgets what is stored of somebody who withdrew. Rejects when Postgres is away. */
  readonly erase: (visitorKey: string, nowMs: number) => Promise<void>;
}

export interface ConsentRecorder {
  /** For serving: one look into memory where nothing has changed. Never waits, never throws. */
  readonly hear: (visitorId: string, consent: Consent, nowMs: number) => void;
  readonly flushOnce: () => Promise<void>;
  readonly state: () => { readonly waiting: number; readonly dropped: number };
}

interface Heard {
  readonly consent: Consent;
  readonly atMs: number;
}

const rememberedVisitors = 50_000;
const mostWaiting = 20_000;
const atOnce = 1_000;
/** Each withdrawal is work for every store: what is more waits for the next flush. */
const erasedAtOnce = 50;

/** Hears the choices of known visitors as requests bring them; keeps changes, and forgets who withdrew, beside the requests. */
export function createConsentRecorder(deps: ConsentRecorderDeps): ConsentRecorder {
  const known = createBoundedCache<number>(rememberedVisitors);
  const waiting = new Map<string, Heard>();
  let dropped = 0;
  let flushing: Promise<void> = Promise.resolve();
  return {
    hear(visitorId, consent, atMs) {
      // Says nothing of a choice.
      if (!consent.mayStore && !isWithdrawal(consent)) return;
      const bits = consentBits(consent);
      if (known.get(visitorId) === bits) return;
      if (waiting.size >= mostWaiting && !waiting.has(visitorId)) {
        dropped++;
        return;
      }
      known.set(visitorId, bits);
      waiting.set(visitorId, { consent, atMs });
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(() => flush(deps, waiting));
      return flushing;
    },
    state: () => ({ waiting: waiting.size, dropped }),
  };
}

/** What could not be kept stays for the next time. */
async function flush(deps: ConsentRecorderDeps, waiting: Map<string, Heard>): Promise<void> {
  const taken: (readonly [string, Heard])[] = [];
  let withdrawals = 0;
  for (const entry of waiting) {
    if (taken.length >= atOnce || withdrawals >= erasedAtOnce) break;
    if (!entry[1].consent.mayStore) withdrawals++;
    taken.push(entry);
  }
  if (taken.length === 0) return;
  const keyed = taken.map(([visitorId, heard]) => {
    const visitorKey = deps.visitorKeyOf(visitorId);
    return { visitorId, visitorKey, visitorHash: deps.visitorHashOf(visitorKey), ...heard };
  });
  await deps.note(
    keyed.map(({ visitorHash, consent, atMs }) => {
      return { visitorHash, purposes: consentBits(consent), basis: consent.basis, atMs };
    }),
  );
  for (const { visitorKey, consent, atMs } of keyed)
    if (!consent.mayStore) await deps.erase(visitorKey, atMs);
  for (const [visitorId, heard] of taken)
    if (waiting.get(visitorId) === heard) waiting.delete(visitorId);
}
