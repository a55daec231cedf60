import { setTimeout as delay } from "node:timers/promises";

const firstDelayMs = 50;
const longestDelayMs = 5_000;
const maxAttempts = 10;

/**
 * Sends requests until none is left unprocessed: `send` gives back those that DynamoDB did not take (its table is
 * throttled), and they are sent again after 50 ms, 100 ms … at most 5 s. Throws after ten rounds, about 18 s.
 */
export async function retryRest<Request>(
  requests: readonly Request[],
  send: (requests: readonly Request[]) => Promise<readonly Request[]>,
  wait: (delayMs: number) => Promise<unknown> = delay,
): Promise<void> {
  let rest = requests;
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt === maxAttempts)
      throw new Error(
        `DynamoDB left ${rest.length} requests unprocessed after ${maxAttempts} rounds`,
      );
    if (attempt > 0) await wait(Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs));
    rest = await send(rest);
  }
}
