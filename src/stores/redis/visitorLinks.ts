import type { RedisClient } from "./connect.ts";

export interface VisitorLinksDeps {
  readonly redis: RedisClient;
  /** Hash of a name, under which alone it is kept. */
  readonly keyOf: (name: string) => string;
  readonly seal: (visitorId: string) => string;
  readonly open: (sealed: string) => string | null;
}

export interface VisitorLinks {
  readonly save: (name: string, visitorId: string, lifeMs: number) => Promise<void>;
  readonly read: (name: string) => Promise<string | null>;
  readonly remove: (name: string) => Promise<void>;
}

/** Under which the links of a visitor are listed, so that they can be removed with it. */
export function visitorLinksKey(visitorKey: string): string {
  return `{v:${visitorKey}}:l`;
}

/** Longer lists are of somebody who makes them up: the oldest links then only lapse. */
const mostLinks = 200;

/**
 * Links between SSPs' ids of visitors and ours in Redis: the key is a hash, the value sealed, so that who reads the store
 * learns neither. Each function rejects when Redis is away.
 */
export function createVisitorLinks({ redis, keyOf, seal, open }: VisitorLinksDeps): VisitorLinks {
  const key = (name: string): string => `{l:${keyOf(name)}}`;
  return {
    async save(name, visitorId, lifeMs) {
      const lifetimeMs = Math.max(1, Math.floor(lifeMs));
      const listKey = visitorLinksKey(keyOf(visitorId));
      // Listed before it is there: what is erased in between leaves nothing behind.
      if ((await redis.scard(listKey)) < mostLinks) await redis.sadd(listKey, key(name));
      await redis.pexpire(listKey, lifetimeMs);
      await redis.set(key(name), seal(visitorId), "PX", lifetimeMs);
    },
    async read(name) {
      const sealed = await redis.get(key(name));
      return sealed === null ? null : open(sealed);
    },
    async remove(name) {
      const sealed = await redis.getdel(key(name));
      const visitorId = sealed === null ? null : open(sealed);
      if (visitorId !== null) await redis.srem(visitorLinksKey(keyOf(visitorId)), key(name));
    },
  };
}
