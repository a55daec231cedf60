import type { Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { addAccessLogs, addBucket } from "./buckets.ts";
import { addCache, type Cache } from "./cache.ts";
import { addDatabase, type DatabaseStores } from "./database.ts";
import { removalOf } from "./keeping.ts";
import type { Network } from "./network.ts";
import { addSecrets, type Secrets } from "./secrets.ts";
import type { Setup } from "./setup.ts";

export interface Data {
  readonly database: DatabaseStores;
  readonly cache: Cache;
  readonly scores: Table;
  readonly media: Bucket;
  readonly accessLogs: Bucket;
  readonly secrets: Secrets;
}

/** Everything that remembers, but the stream and the lake. */
export function addData(stack: Stack, setup: Setup, network: Network): Data {
  const accessLogs = addAccessLogs(stack, setup);
  const cache = addCache(stack, setup, network);
  return {
    database: addDatabase(stack, setup, network),
    cache,
    scores: addScores(stack, setup),
    media: addBucket(stack, "Media", setup, {
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: "media/",
    }),
    accessLogs,
    secrets: addSecrets(stack, setup, cache),
  };
}

/** The keys that `src/stores/dynamodb/ensureScoresTable.ts` makes for the embedded start. */
function addScores(stack: Stack, setup: Setup): Table {
  return new Table(stack, "Scores", {
    partitionKey: { name: "visitorKey", type: AttributeType.STRING },
    sortKey: { name: "modelVersion", type: AttributeType.NUMBER },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    timeToLiveAttribute: "expiresAt",
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: setup.size.keepsData,
    removalPolicy: removalOf(setup.size),
  });
}
