import { createBoundedCache } from "../boundedCache.ts";

/** Finds the visitor id that a name of an SSP's stands for; null = none. Rejects when the store is away. */
export type ReadVisitorLink = (name: string) => Promise<string | null>;

export interface LinkedVisitorsDeps {
  readonly read: ReadVisitorLink;
  readonly nowMs: () => number;
}

/** Known or not, it is looked up again after this. */
const rememberMs = 600_000;
const rememberedLinks = 50_000;
/** More at once are not looked up: the bid goes out without. */
const mostAsked = 100;

/**
 * Links between SSPs' ids and ours, without a wait: a bid request reads its visitor in one trip, so a name that this node
 * has not seen is looked up beside it, and counts from the visitor's next request on.
 */
export function createLinkedVisitors({ read, nowMs }: LinkedVisitorsDeps): {
  readonly find: (name: string) => string | null;
} {
  const links = createBoundedCache<{ readonly visitorId: string | null; readonly untilMs: number }>(
    rememberedLinks,
  );
  const asking = new Set<string>();
  const ask = (name: string): void => {
    if (asking.has(name) || asking.size >= mostAsked) return;
    asking.add(name);
    void read(name)
      .then((visitorId) => links.set(name, { visitorId, untilMs: nowMs() + rememberMs }))
      .catch(() => undefined)
      .finally(() => asking.delete(name));
  };
  return {
    find(name) {
      const known = links.get(name);
      if (known !== undefined && known.untilMs > nowMs()) return known.visitorId;
      ask(name);
      return null;
    },
  };
}
