export interface RollUpDeps {
  /** One transaction over at most so many batches; null = somebody else is at it. */
  readonly rollUp: (
    maxBatches: number,
  ) => Promise<{ readonly batches: number; readonly events: number } | null>;
  /** How many batches one transaction takes. */
  readonly batchesAtOnce: number;
}

/** Transactions of one pass: a long backlog leaves others their turn. */
const mostPasses = 50;

/** Adds what is new in the ledger to the sums of reports until nothing waits. Answers how many events were added. */
export async function rollUpAll({ rollUp, batchesAtOnce }: RollUpDeps): Promise<number> {
  let events = 0;
  for (let pass = 0; pass < mostPasses; pass++) {
    const outcome = await rollUp(batchesAtOnce);
    if (outcome === null) break;
    events += outcome.events;
    if (outcome.batches < batchesAtOnce) break;
  }
  return events;
}
