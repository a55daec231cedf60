import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import {
  expiryOfPacked,
  packScores,
  readPackedScores,
  type ScoreSet,
} from "../../audience/packedScores.ts";
import { createModelPointer, type ModelPointer } from "./modelPointer.ts";
import { retryRest } from "./retryRest.ts";

/** One visitor's scores of one model, ready to be stored. */
export interface VisitorScores extends ScoreSet {
  readonly visitorKey: string;
}

export interface ScoresTable extends ModelPointer {
  /** The packed scores of a visitor under a model; null = none, or expired at `nowMs`. Throws when DynamoDB is away or slow. */
  readonly getPackedScores: (
    visitorKey: string,
    modelVersion: number,
    nowMs: number,
  ) => Promise<Buffer | null>;
  /** The same for many visitors, unpacked; visitors without scores are absent from the map. */
  readonly getManyScores: (
    visitorKeys: readonly string[],
    modelVersion: number,
    nowMs: number,
  ) => Promise<ReadonlyMap<string, ScoreSet>>;
  /** Writes all of them or throws; writing the same again changes nothing. A visitor twice in one call: the last wins. */
  readonly putScores: (batch: readonly VisitorScores[]) => Promise<void>;
  /** Forgets a visitor under every model; answers how many items went. */
  readonly deleteScores: (visitorKey: string) => Promise<number>;
}

interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
}
type Item = Record<string, AttributeValue>;

const writeBatchSize = 25;
const readBatchSize = 100;
const parallelBatches = 8;

/**
 * Scores in DynamoDB: one item per visitor and model (partition key `visitorKey`, sort key `modelVersion`), so that a new
 * model is loaded beside the one that serves, and going back is one write of the pointer. `expiresAt` is the TTL
 * attribute; expired items are filtered here too, since DynamoDB removes them days late.
 */
export function createScoresTable(client: DynamoDBClient, tableName: string): ScoresTable {
  const table = { client, name: tableName };
  return {
    getPackedScores: (visitorKey, modelVersion, nowMs) =>
      getPackedScores(table, visitorKey, modelVersion, nowMs),
    getManyScores: (visitorKeys, modelVersion, nowMs) =>
      getManyScores(table, visitorKeys, modelVersion, nowMs),
    putScores: (batch) => putScores(table, batch),
    deleteScores: (visitorKey) => deleteScores(table, visitorKey),
    ...createModelPointer(client, tableName),
  };
}

async function getPackedScores(
  table: Table,
  visitorKey: string,
  modelVersion: number,
  nowMs: number,
): Promise<Buffer | null> {
  const command = new GetItemCommand({
    TableName: table.name,
    Key: keyOf(visitorKey, modelVersion),
    ProjectionExpression: "scores",
  });
  const { Item } = await table.client.send(command);
  return freshScores(Item, nowMs);
}

async function getManyScores(
  table: Table,
  visitorKeys: readonly string[],
  modelVersion: number,
  nowMs: number,
): Promise<ReadonlyMap<string, ScoreSet>> {
  const found = new Map<string, ScoreSet>();
  await inBatches([...new Set(visitorKeys)], readBatchSize, async (keys) => {
    await retryRest(
      keys.map((key) => keyOf(key, modelVersion)),
      async (rest) => {
        const RequestItems = { [table.name]: { Keys: [...rest], ConsistentRead: true } };
        const answer = await table.client.send(new BatchGetItemCommand({ RequestItems }));
        for (const item of answer.Responses?.[table.name] ?? []) {
          const packed = freshScores(item, nowMs);
          const set = packed === null ? null : readPackedScores(packed);
          if (set !== null) found.set(item.visitorKey?.S ?? "", set);
        }
        return answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
      },
    );
  });
  return found;
}

async function putScores(table: Table, batch: readonly VisitorScores[]): Promise<void> {
  // DynamoDB refuses a batch that names a key twice.
  const unique = new Map(batch.map((one) => [`${one.visitorKey} ${one.modelVersion}`, one]));
  const writes = [...unique.values()].map((one) => ({ PutRequest: { Item: itemOf(one) } }));
  await writeAll(table, writes);
}

async function deleteScores(table: Table, visitorKey: string): Promise<number> {
  let startKey: Item | undefined;
  let deleted = 0;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "visitorKey = :key",
        ExpressionAttributeValues: { ":key": { S: visitorKey } },
        ProjectionExpression: "visitorKey, modelVersion",
        ConsistentRead: true,
        ExclusiveStartKey: startKey,
      }),
    );
    await writeAll(
      table,
      (page.Items ?? []).map((Key) => ({ DeleteRequest: { Key } })),
    );
    deleted += page.Items?.length ?? 0;
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined);
  return deleted;
}

async function writeAll(table: Table, writes: readonly WriteRequest[]): Promise<void> {
  await inBatches(writes, writeBatchSize, (batch) =>
    retryRest(batch, async (rest) => {
      const command = new BatchWriteItemCommand({ RequestItems: { [table.name]: [...rest] } });
      return (await table.client.send(command)).UnprocessedItems?.[table.name] ?? [];
    }),
  );
}

/** Cuts into batches and works on a few of them at a time. */
async function inBatches<Value>(
  values: readonly Value[],
  size: number,
  work: (batch: readonly Value[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < values.length) {
      const batch = values.slice(next, next + size);
      next += size;
      await work(batch);
    }
  };
  await Promise.all(Array.from({ length: parallelBatches }, worker));
}

function keyOf(visitorKey: string, modelVersion: number): Item {
  return { visitorKey: { S: visitorKey }, modelVersion: { N: String(modelVersion) } };
}

/** A visitor's item as it is stored. */
export function itemOf(one: VisitorScores): Item {
  return {
    ...keyOf(one.visitorKey, one.modelVersion),
    scores: { B: packScores(one) },
    expiresAt: { N: String(one.expiresAtSeconds) },
  };
}

function freshScores(item: Item | undefined, nowMs: number): Buffer | null {
  const bytes = item?.scores?.B;
  if (bytes === undefined) return null;
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expiresAtSeconds = expiryOfPacked(packed);
  return expiresAtSeconds !== null && expiresAtSeconds * 1_000 > nowMs ? packed : null;
}
