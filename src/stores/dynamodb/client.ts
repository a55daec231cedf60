import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface DynamoDbOptions {
  /** Null = AWS itself, by region. An emulator or a VPC endpoint otherwise. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null = what the AWS SDK finds by itself (task role, environment). */
  readonly credentials: AccessKey | null;
  /** "serving": one try, short timeouts, since a page waits. "batch": patient, since a load must end. */
  readonly use: "serving" | "batch";
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What an emulator accepts: it checks that requests are signed, not by whom. */
export const emulatorCredentials: AccessKey = {
  accessKeyId: "embedded",
  secretAccessKey: "embedded",
};

const timings = {
  serving: { connectionTimeout: 300, requestTimeout: 1_000, maxAttempts: 1 },
  batch: { connectionTimeout: 2_000, requestTimeout: 10_000, maxAttempts: 5 },
};

/** Opens a client with kept-alive connections. Connects on first use; close it with `destroy()`. */
export function createDynamoDbClient(options: DynamoDbOptions): DynamoDBClient {
  const { connectionTimeout, requestTimeout, maxAttempts } = timings[options.use];
  return new DynamoDBClient({
    region: options.region,
    maxAttempts,
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === null ? {} : { credentials: options.credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout,
      requestTimeout,
      // Without this the timeout only warns, and a silent server holds the request for ever.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    }),
  });
}
