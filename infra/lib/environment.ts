import { databaseName, databaseUser } from "./database.ts";
import { serverPort } from "./network.ts";
import { publicUrlOf, type Setup } from "./setup.ts";

/** A setting of the server that comes from a secret: the secret's name in the code, and its field. */
export interface SecretSetting {
  readonly secret: "token" | "visitor" | "redis";
  readonly field: string;
}

/** What tasks know only once they are deployed. */
export interface DeployedNames {
  readonly databaseHost: string;
  readonly redisUrl: string;
  readonly scoresTable: string;
  readonly mediaBucket: string;
  readonly stream: string;
  readonly tcfVendorId: string;
  /** Of OpenTelemetry; "" = nothing is traced, absent = nobody may ask for it. */
  readonly tracesEndpoint?: string;
}

export type ServerRole = "ads" | "management";

/** Longer than the balancer takes to notice that a task is not ready: two looks, five seconds apart. */
export const drainSeconds = 12;

/** Where the one folder is that tasks write to. */
export const dataDir = "/var/lib/atelier";

/**
 * The settings of `src/settings.ts` that a task is given; a test holds each against that table. Sessions are shared behind the
 * proxy, so that nodes look for changes instead of being told.
 */
export function serverSettings(
  setup: Setup,
  role: ServerRole | "all",
  names: DeployedNames,
): Readonly<Record<string, string>> {
  return {
    PORT: String(serverPort),
    HOST: "0.0.0.0",
    SERVER_ROLE: role,
    PUBLIC_URL: publicUrlOf(setup),
    // The balancer, and nobody before it: what the CDN asks for is the same for all.
    TRUST_PROXY: "1",
    DATABASE_URL: `postgres://${databaseUser}@${names.databaseHost}:5432/${databaseName}`,
    DATABASE_AUTH: "rds-iam",
    DATABASE_POOLER: "true",
    REDIS_URL: names.redisUrl,
    AWS_REGION: setup.region,
    SCORES_TABLE: names.scoresTable,
    MEDIA_BUCKET: names.mediaBucket,
    DRAIN_SECONDS: String(drainSeconds),
    EVENT_STREAM: "kinesis",
    KINESIS_STREAM: names.stream,
    TCF_VENDOR_ID: names.tcfVendorId,
    ATELIER_DATA_DIR: dataDir,
    LOG_LEVEL: "info",
    ...(names.tracesEndpoint === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_ENDPOINT: names.tracesEndpoint }),
  };
}

export const secretSettings: Readonly<Record<string, SecretSetting>> = {
  TOKEN_SECRET: { secret: "token", field: "current" },
  TOKEN_SECRET_PREVIOUS: { secret: "token", field: "previous" },
  VISITOR_SECRET: { secret: "visitor", field: "current" },
  REDIS_PASSWORD: { secret: "redis", field: "password" },
};
