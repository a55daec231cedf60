import type { IncomingMessage } from "node:http";
import { createBoundedCache } from "../boundedCache.ts";
import { type TokenBucket, takeTokens } from "../campaigns/tokenBucket.ts";
import { truncateIp } from "../consent/truncateIp.ts";
import { PublicError } from "../errors.ts";
import { callerAddress } from "./callerAddress.ts";

/** Keys and sessions that nobody has, counted by the address that sends them: each costs a question to the store. */
export interface KeyGuesses {
  /** Throws PublicError `too_many_requests` when the address has tried too many; never for a key that was right lately. */
  readonly check: (request: IncomingMessage, keyHash: string) => void;
  /** What the store said of it. */
  readonly note: (request: IncomingMessage, keyHash: string, isKnown: boolean) => void;
}

export interface KeyGuessOptions {
  readonly trustedProxies: number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

/** A mistaken script tries one key again and again; a person tries a few. */
export const mostGuesses = 60;
const limits = { capacity: mostGuesses, windowMs: 60_000 };
const mostAddresses = 10_000;
const rememberedKeys = 2_000;
const rememberMs = 3_600_000;
/** For so long a wrong key is known to be wrong without asking: a key that nobody has was not made a moment later. */
export const rememberUnknownMs = 5_000;

/** An office may share one address: who was right within the hour is not asked to wait for whoever guesses beside them. */
export function createKeyGuesses({ trustedProxies, monotonicMs }: KeyGuessOptions): KeyGuesses {
  const buckets = createBoundedCache<TokenBucket>(mostAddresses);
  const right = createBoundedCache<number>(rememberedKeys);
  const wrong = createBoundedCache<number>(rememberedKeys);
  const isWithin = (atMs: number | undefined, lifeMs: number): boolean =>
    atMs !== undefined && monotonicMs() - atMs < lifeMs;
  const nameOf = (request: IncomingMessage): string =>
    truncateIp(callerAddress(request, trustedProxies) ?? "") ?? "unknown";
  return {
    check(request, keyHash) {
      if (isWithin(right.get(keyHash), rememberMs)) return;
      if (isWithin(wrong.get(keyHash), rememberUnknownMs)) return;
      if (takeTokens(buckets.get(nameOf(request)), limits, monotonicMs()).isAllowed) return;
      throw new PublicError(
        "too_many_requests",
        `At most ${mostGuesses} unknown keys a minute are looked up for one address.`,
      );
    },
    note(request, keyHash, isKnown) {
      const nowMs = monotonicMs();
      if (isKnown) right.set(keyHash, nowMs);
      if (isKnown || isWithin(wrong.get(keyHash), rememberUnknownMs)) return;
      wrong.set(keyHash, nowMs);
      const name = nameOf(request);
      buckets.set(name, takeTokens(buckets.get(name), limits, nowMs).bucket);
    },
  };
}
