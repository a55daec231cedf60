import { decodePageView, pageViewCapsKey } from "../../budgets/pageView.ts";
import type { ReadPageView } from "../../serving/ports.ts";
import { createBatch } from "./batch.ts";
import type { RedisClient } from "./connect.ts";

/**
 * Reads what a page view was shown, together with those who read in the same turn of the event loop; it travels with what
 * is read of the visitor. Null when Redis is away; never rejects.
 */
export function createReadPageView(deps: {
  readonly redis: RedisClient;
  readonly onTrouble?: (what: string, error: unknown) => void;
}): ReadPageView {
  const { redis } = deps;
  const read = createBatch<string, { readonly log: Buffer | null } | null>({
    redis,
    tagOf: (pageViewKey) => pageViewKey,
    async askAll(pageViewKeys) {
      try {
        const logs = await redis.mgetBuffer(pageViewKeys.map(pageViewCapsKey));
        return logs.map((log) => ({ log }));
      } catch (error) {
        deps.onTrouble?.("page view not read", error);
        return pageViewKeys.map(() => null);
      }
    },
  });
  return (pageViewKey, nowMs) =>
    new Promise((resolve) => {
      read(pageViewKey, (answer) =>
        resolve(answer === null ? null : decodePageView(answer.log, nowMs)),
      );
    });
}
