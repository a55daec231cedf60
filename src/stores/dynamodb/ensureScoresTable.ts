import { setTimeout as delay } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";

const activeDeadlineMs = 60_000;
const pollEveryMs = 50;

/**
 * Creates the scores table where it is missing and waits until it can be used; harmless when two processes do it at
 * once. For the embedded start and the tests: in production the table comes with the infrastructure.
 * Throws when it is not active within a minute.
 */
export async function ensureScoresTable(client: DynamoDBClient, tableName: string): Promise<void> {
  if ((await readStatus(client, tableName)) === "ACTIVE") return;
  await createTable(client, tableName);
  const giveUpAt = performance.now() + activeDeadlineMs;
  while ((await readStatus(client, tableName)) !== "ACTIVE") {
    if (performance.now() > giveUpAt)
      throw new Error(`The table ${tableName} did not become active`);
    await delay(pollEveryMs);
  }
  await enableExpiry(client, tableName);
}

/** Null = there is no such table. */
async function readStatus(client: DynamoDBClient, tableName: string): Promise<string | null> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    return Table?.TableStatus ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** A table that exists already, or is being created by another process, is as good as a new one. */
async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const command = new CreateTableCommand({
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "visitorKey", AttributeType: "S" },
      { AttributeName: "modelVersion", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "visitorKey", KeyType: "HASH" },
      { AttributeName: "modelVersion", KeyType: "RANGE" },
    ],
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

/** Expiry only saves storage (readers filter by themselves), and emulators do not know it: a refusal is no fault. */
async function enableExpiry(client: DynamoDBClient, tableName: string): Promise<void> {
  const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true };
  const command = new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification });
  await client.send(command).catch(() => undefined);
}
