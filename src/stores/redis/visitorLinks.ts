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

/**
 * Links between SSPs' ids of visitors and ours in Redis: the key is a hash, the value sealed, so that who reads the store
 * learns neither. Each function rejects when Redis is away.
 */
export function createVisitorLinks({ redis, keyOf, seal, open }: VisitorLinksDeps): VisitorLinks {
  const key = (name: string): string => `{l:${keyOf(name)}}`;
  return {
    async save(name, visitorId, lifeMs) {
      await redis.set(key(name), seal(visitorId), "PX", Math.max(1, Math.floor(lifeMs)));
    },
    async read(name) {
      const sealed = await redis.get(key(name));
      return sealed === null ? null : open(sealed);
    },
    async remove(name) {
      await redis.del(key(name));
    },
  };
}
