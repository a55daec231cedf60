/** What the outside world is to a client; tests bring their own. */
export interface World {
  readonly fetch: typeof fetch;
  /** Resolves after so many milliseconds, or rejects when the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Unique. */
  readonly newKey: () => string;
}

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const usualRetries: RetryPolicy = { maxRetries: 3, firstDelayMs: 200, maxDelayMs: 20_000 };

/** Answers of a server (or of what stands before it) that may be gone in a moment. */
const passing = new Set([429, 502, 503, 504]);
/** 429 means that nothing was done; 409 of this code, that the first try is still being answered. */
const nothingDone = new Set([429]);

/**
 * Sends a request, again where that helps: after 429, 502, 503 and 504 and when the network fails. What is not safe to
 * repeat (`isSafe` false) is repeated after 429 only. Waits as long as `Retry-After` says, else twice as long each time, by
 * chance up to it. Rejects with what the network said the last time.
 */
export async function sendWithRetries(
  send: () => Promise<Response>,
  isSafe: boolean,
  policy: RetryPolicy,
  world: Pick<World, "wait" | "random">,
  signal: AbortSignal | undefined,
): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    const isLast = tries >= policy.maxRetries;
    const outcome = await attempt(send, isLast || !isSafe, signal);
    const mayHelp =
      outcome === null ||
      (isSafe ? passing.has(outcome.status) : nothingDone.has(outcome.status)) ||
      isStillAnswered(outcome);
    if (outcome !== null && (isLast || !mayHelp)) return outcome;
    const told = outcome === null ? null : retryAfterMs(outcome);
    await outcome?.body?.cancel();
    await world.wait(Math.min(told ?? backOffMs(policy, tries, world), policy.maxDelayMs), signal);
  }
}

/** Null = the network failed, and it may be tried again. */
async function attempt(
  send: () => Promise<Response>,
  isFinal: boolean,
  signal: AbortSignal | undefined,
): Promise<Response | null> {
  try {
    return await send();
  } catch (error) {
    if (isFinal || signal?.aborted === true) throw error;
    return null;
  }
}

function isStillAnswered({ status, headers }: Response): boolean {
  return status === 409 && headers.has("retry-after");
}

function backOffMs(policy: RetryPolicy, tries: number, { random }: Pick<World, "random">): number {
  return policy.firstDelayMs * 2 ** tries * (0.5 + random() / 2);
}

/** Seconds, as our server writes it. */
function retryAfterMs({ headers }: Response): number | null {
  const text = headers.get("retry-after");
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}
