import { faultName, type OutRecord, type StreamApi } from "./streamApi.ts";

export interface PutPolicy {
  /** How often a record is tried while others of its request were taken. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  readonly wait: (delayMs: number) => Promise<unknown>;
  /** 0 to 1. */
  readonly random: () => number;
}

export const usualPutPolicy = { maxAttempts: 5, firstDelayMs: 50, longestDelayMs: 1_000 } as const;

export interface PutOutcome {
  /** Not taken. */
  readonly left: readonly OutRecord[];
  /** Records that were sent again. */
  readonly retried: number;
  /** Why some are left: a code of Kinesis or of the network; null = none is. */
  readonly fault: string | null;
  /** The request failed as a whole: nobody is there, or nothing is allowed. */
  readonly isAway: boolean;
}

/**
 * Puts records with one request; those that a full shard refused are sent again, and only those, after a random time up to
 * 50 ms, 100 ms … (full jitter, so that nodes do not come back together). A request that fails as a whole is not repeated here:
 * its records are safer on the disk. Never rejects.
 */
export async function putBatch(
  records: readonly OutRecord[],
  { putRecords }: Pick<StreamApi, "putRecords">,
  policy: PutPolicy,
): Promise<PutOutcome> {
  let left = records;
  let retried = 0;
  let fault: string | null = null;
  for (let attempt = 0; left.length > 0 && attempt < policy.maxAttempts; attempt++) {
    if (attempt > 0) {
      await policy.wait(delayMs(attempt, policy));
      retried += left.length;
    }
    try {
      const outcomes = await putRecords(left);
      fault = outcomes.find((code) => code !== null) ?? null;
      left = left.filter((_, index) => outcomes[index] !== null);
    } catch (error) {
      return { left, retried, fault: faultName(error), isAway: true };
    }
  }
  return { left, retried, fault, isAway: false };
}

function delayMs(attempt: number, { firstDelayMs, longestDelayMs, random }: PutPolicy): number {
  return random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
}
