import { setTimeout as delay } from "node:timers/promises";
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { itemOf, type VisitorScores } from "./scores.ts";
import { createWritePace } from "./writePace.ts";

export interface ScoreWriter {
  /** Writes all of them, at the pace that the table takes; rejects when it takes nothing for minutes. Writing again changes nothing. */
  readonly put: (visitors: readonly VisitorScores[]) => Promise<void>;
  /** Writes that the table sent back, until now. */
  readonly refused: () => number;
}

const batchSize = 25;
const mostAtOnce = 32;
const firstWaitMs = 50;
const longestWaitMs = 10_000;
/** In a row, of one batch: some five minutes. */
const mostRefusals = 40;

/** Writes many items beside what serves: as many at once as the table takes, the rest again later. No visitor twice in one call. */
export function createScoreWriter(
  client: DynamoDBClient,
  tableName: string,
  wait: (delayMs: number) => Promise<unknown> = delay,
): ScoreWriter {
  const pace = createWritePace({ first: 4, most: mostAtOnce });
  let refused = 0;
  const write = async (batch: readonly WriteRequest[]): Promise<void> => {
    let rest = batch;
    for (let refusals = 0; rest.length > 0; ) {
      const left = await send(client, tableName, rest);
      if (left.length === 0) {
        pace.taken();
        return;
      }
      pace.refused();
      refused += left.length;
      refusals = left.length < rest.length ? 1 : refusals + 1;
      if (refusals > mostRefusals)
        throw new Error(`DynamoDB left ${left.length} items unwritten ${mostRefusals} times`);
      await wait(Math.min(firstWaitMs * 2 ** (refusals - 1), longestWaitMs));
      rest = left;
    }
  };
  return {
    refused: () => refused,
    async put(visitors) {
      const batches = Array.from({ length: Math.ceil(visitors.length / batchSize) }, (_, index) =>
        visitors
          .slice(index * batchSize, (index + 1) * batchSize)
          .map((visitor) => ({ PutRequest: { Item: itemOf(visitor) } })),
      );
      await atPace(batches, pace.atOnce, write);
    },
  };
}

/** What the table did not take. A refusal of the whole request is one of all that is in it. */
async function send(
  client: DynamoDBClient,
  tableName: string,
  batch: readonly WriteRequest[],
): Promise<readonly WriteRequest[]> {
  try {
    const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: [...batch] } });
    return (await client.send(command)).UnprocessedItems?.[tableName] ?? [];
  } catch (error) {
    if (isThrottling(error)) return batch;
    throw error;
  }
}

function isThrottling(error: unknown): boolean {
  return (
    error instanceof ProvisionedThroughputExceededException ||
    error instanceof RequestLimitExceeded ||
    error instanceof ThrottlingException
  );
}

/** Works on as many at once as `atOnce` says at each moment. Rejects with the first fault, once what is under way has ended. */
async function atPace<Value>(
  values: readonly Value[],
  atOnce: () => number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for (const value of values) {
    while (running.size >= atOnce()) await Promise.race(running);
    if (faults.length > 0) break;
    const one: Promise<void> = work(value)
      .catch((error: unknown) => void faults.push(error))
      .finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}
