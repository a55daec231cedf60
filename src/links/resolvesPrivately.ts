import { createBoundedCache } from "../boundedCache.ts";
import { type LookupAll, lookupAll } from "./checkLink.ts";
import { isAddress, isPrivateAddress } from "./privateAddress.ts";

export interface ResolvesPrivatelyOptions {
  /** How long a name server is waited for, milliseconds. */
  readonly deadlineMs: number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
  readonly lookup?: LookupAll;
}

const rememberMs = 60_000;
const rememberedHosts = 5_000;
/** After one name that took too long no other is waited for: a bulk call has ten thousand of them. */
const pauseMs = 5_000;

/**
 * Whether the host of an address is known, within the deadline, to lead into a private network. A name that answers too
 * late or not at all is no proof: the check after the write looks again. Never rejects.
 */
export function createResolvesPrivately(
  options: ResolvesPrivatelyOptions,
): (url: string) => Promise<boolean> {
  const { monotonicMs, lookup = lookupAll } = options;
  const known = createBoundedCache<{ readonly atMs: number; readonly isPrivate: boolean }>(
    rememberedHosts,
  );
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return async (url) => {
    const host = URL.canParse(url) ? new URL(url).hostname : "";
    if (host === "" || isAddress(host)) return isPrivateAddress(host);
    const remembered = known.get(host);
    const nowMs = monotonicMs();
    if (remembered !== undefined && nowMs - remembered.atMs < rememberMs) {
      return remembered.isPrivate;
    }
    if (nowMs < pausedUntilMs) return false;
    const found = await inTime(lookup(host), options.deadlineMs);
    if (found === null) {
      pausedUntilMs = monotonicMs() + pauseMs;
      return false;
    }
    const isPrivate = found.some(({ address }) => isPrivateAddress(address));
    known.set(host, { atMs: nowMs, isPrivate });
    return isPrivate;
  };
}

/** Null when it takes too long; nothing when there is no such name. */
async function inTime<Found>(
  looking: Promise<readonly Found[]>,
  deadlineMs: number,
): Promise<readonly Found[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  const found = await Promise.race([looking.catch(() => []), late]);
  clearTimeout(timer);
  return found;
}
