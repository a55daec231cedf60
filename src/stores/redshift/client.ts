import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** Which Redshift answers, and as whom: a serverless workgroup, or a cluster with a secret or a user. */
export interface RedshiftTarget {
  readonly database: string;
  readonly workgroup: string | null;
  readonly cluster: string | null;
  /** ARN of a secret with name and password; null = the caller's own identity. */
  readonly secretArn: string | null;
}

export interface RedshiftOptions {
  /** Null = AWS itself, by region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null = what the AWS SDK finds by itself (task role, environment). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** Connects on first use; close it with `destroy()`. */
export function createRedshiftClient(options: RedshiftOptions): RedshiftDataClient {
  return new RedshiftDataClient({
    region: options.region,
    maxAttempts: 5,
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === null ? {} : { credentials: options.credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
    }),
  });
}
