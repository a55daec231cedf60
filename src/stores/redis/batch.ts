import { Cluster } from "ioredis";
import type { RedisClient } from "./connect.ts";
import { askAtEndOfTurn } from "./endOfTurn.ts";

/** Asks together with others of the same turn; `settle` is called once, and must not throw. */
export type AskTogether<Ask, Answer> = (ask: Ask, settle: (answer: Answer) => void) => void;

export interface BatchOptions<Ask, Answer> {
  readonly redis: RedisClient;
  /** The hash tag of what is asked: on a cluster only what shares it may be asked together. */
  readonly tagOf: (ask: Ask) => string | number;
  /** Asks all in one command; the answers are in the order of the asks. Never rejects. */
  readonly askAll: (asks: readonly Ask[]) => Promise<readonly Answer[]>;
}

/** The most asks of one command: nobody else is served while it runs. */
const mostTogether = 64;

/**
 * Collects what the requests of one turn of the event loop ask, and asks it in one command: for the client and the server
 * a command costs more than what it does. On a cluster there is one command for each hash tag.
 */
export function createBatch<Ask, Answer>(
  options: BatchOptions<Ask, Answer>,
): AskTogether<Ask, Answer> {
  let asks: Ask[] = [];
  let settlers: ((answer: Answer) => void)[] = [];
  const flush = (): void => {
    if (asks.length === 0) return;
    const asked = asks;
    const settled = settlers;
    asks = [];
    settlers = [];
    void askBySlot(options, asked).then((answers) => {
      for (const [index, settle] of settled.entries()) settle(answers[index] as Answer);
    });
  };
  return (ask, settle) => {
    if (asks.length === 0) askAtEndOfTurn(flush);
    asks.push(ask);
    settlers.push(settle);
    if (asks.length === mostTogether) flush();
  };
}

async function askBySlot<Ask, Answer>(
  { redis, tagOf, askAll }: BatchOptions<Ask, Answer>,
  asks: readonly Ask[],
): Promise<readonly Answer[]> {
  if (!(redis instanceof Cluster)) return askAll(asks);
  const answers = new Map<Ask, Answer>();
  const groups = [...Map.groupBy(asks, tagOf).values()];
  await Promise.all(
    groups.map(async (group) => {
      const ofGroup = await askAll(group);
      for (const [index, ask] of group.entries()) answers.set(ask, ofGroup[index] as Answer);
    }),
  );
  return asks.map((ask) => answers.get(ask) as Answer);
}
