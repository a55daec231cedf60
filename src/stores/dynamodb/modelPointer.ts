import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

/** Which model's scores are served, and which were before. */
export interface ActiveModelState {
  readonly modelVersion: number;
  /** As of which date its scores were made, ms since 1970; null = they were loaded, and nothing is said. */
  readonly asOfMs: number | null;
  /** What a roll-back goes to; null = there was none before. */
  readonly previousVersion: number | null;
}

/** The one item that says which model serves: flipped and rolled back in one write. */
export interface ModelPointer {
  /** The model whose scores are served; null = none yet. */
  readonly readActiveModelVersion: () => Promise<number | null>;
  readonly readActiveModel: () => Promise<ActiveModelState | null>;
  /** A version that no model has had, for a new one; versions that were rolled back are not given again. */
  readonly reserveModelVersion: () => Promise<number>;
  /** Flips to a model, forwards or back, in one write of the pointer; to the one that serves it changes nothing. */
  readonly activateModelVersion: (modelVersion: number, asOfMs?: number) => Promise<void>;
  /** Goes back to the model that served before, in one write; once more = forwards again. Null = there was none. */
  readonly rollBackModel: () => Promise<number | null>;
}

type Item = Record<string, AttributeValue>;

/** It lives beside the scores; no visitor key has this form. */
const activeModelKey: Item = { visitorKey: { S: "#active-model" }, modelVersion: { N: "0" } };

export function createModelPointer(client: DynamoDBClient, tableName: string): ModelPointer {
  const read = async (): Promise<ActiveModelState | null> => {
    const command = new GetItemCommand({
      TableName: tableName,
      Key: activeModelKey,
      ConsistentRead: true,
    });
    return toState((await client.send(command)).Item);
  };
  return {
    readActiveModel: read,
    readActiveModelVersion: async () => (await read())?.modelVersion ?? null,
    reserveModelVersion: () => reserve(client, tableName),
    activateModelVersion: (modelVersion, asOfMs) =>
      activate(client, tableName, modelVersion, asOfMs ?? 0),
    rollBackModel: () => rollBack(client, tableName, read),
  };
}

function toState(item: Item | undefined): ActiveModelState | null {
  const modelVersion = positive(item?.activeVersion);
  if (modelVersion === null) return null;
  return {
    modelVersion,
    asOfMs: positive(item?.activeAsOf),
    previousVersion: positive(item?.previousVersion),
  };
}

function positive(value: AttributeValue | undefined): number | null {
  const number = Number(value?.N);
  return Number.isInteger(number) && number > 0 ? number : null;
}

async function reserve(client: DynamoDBClient, tableName: string): Promise<number> {
  const command = new UpdateItemCommand({
    TableName: tableName,
    Key: activeModelKey,
    UpdateExpression: "ADD lastVersion :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "UPDATED_NEW",
  });
  return Number((await client.send(command)).Attributes?.lastVersion?.N);
}

async function activate(
  client: DynamoDBClient,
  tableName: string,
  modelVersion: number,
  asOfMs: number,
): Promise<void> {
  const version = { ":version": { N: String(modelVersion) } };
  const raiseLast = new UpdateItemCommand({
    TableName: tableName,
    Key: activeModelKey,
    ExpressionAttributeValues: version,
    UpdateExpression: "SET lastVersion = :version",
    ConditionExpression: "attribute_not_exists(lastVersion) OR lastVersion < :version",
  });
  await client.send(raiseLast).catch(ignoreCondition);
  const flip = new UpdateItemCommand({
    TableName: tableName,
    Key: activeModelKey,
    ExpressionAttributeValues: { ...version, ":asOf": { N: String(asOfMs) }, ":none": { N: "0" } },
    UpdateExpression:
      "SET previousVersion = if_not_exists(activeVersion, :none), previousAsOf = if_not_exists(activeAsOf, :none), activeVersion = :version, activeAsOf = :asOf",
    // Whoever flips a second time, having been killed in between, must not forget what was before.
    ConditionExpression: "attribute_not_exists(activeVersion) OR activeVersion <> :version",
  });
  await client.send(flip).catch(ignoreCondition);
}

async function rollBack(
  client: DynamoDBClient,
  tableName: string,
  read: () => Promise<ActiveModelState | null>,
): Promise<number | null> {
  const present = await read();
  if (present === null || present.previousVersion === null) return null;
  const swap = new UpdateItemCommand({
    TableName: tableName,
    Key: activeModelKey,
    UpdateExpression:
      "SET activeVersion = previousVersion, activeAsOf = previousAsOf, previousVersion = activeVersion, previousAsOf = activeAsOf",
    ConditionExpression: "activeVersion = :present",
    ExpressionAttributeValues: { ":present": { N: String(present.modelVersion) } },
  });
  await client.send(swap);
  return present.previousVersion;
}

function ignoreCondition(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}
