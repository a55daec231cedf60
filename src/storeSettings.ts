import { optional, withDefault } from "./defineSettings.ts";
import { flag, givenSecret, oneOf, text } from "./settingKinds.ts";

/** The way to the stores where it is not all in their URLs: docs/aws.md. */
export const storeSettings = {
  databaseAuth: withDefault(
    "DATABASE_AUTH",
    oneOf("password", "rds-iam"),
    "password",
    "Who we are for Postgres: DATABASE_URL's password, or `rds-iam`: a token made for each connection from our AWS credentials, over TLS.",
  ),
  databaseAuthoritiesFile: optional(
    "DATABASE_CA_FILE",
    text("a path"),
    "PEM file of the authorities that Postgres's certificate is checked against (of RDS: its global bundle); with it connections are TLS, with the host's name checked. An RDS Proxy needs none.",
  ),
  databasePooler: withDefault(
    "DATABASE_POOLER",
    flag,
    false,
    "Whether a pooler that shares sessions (RDS Proxy) is in front of Postgres: then nobody listens for changes, nodes look every 400 ms, and a statement's time is limited by us alone.",
  ),
  redisPassword: optional(
    "REDIS_PASSWORD",
    givenSecret,
    "Redis's password where it is not in REDIS_URL.",
  ),
} as const;
