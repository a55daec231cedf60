import { audienceSettings } from "./audienceSettings.ts";
import { billingSettings } from "./billingSettings.ts";
import { consoleSettings } from "./consoleSettings.ts";
import { creativeSettings } from "./creativeSettings.ts";
import { needed, optional, ownInStart, withDefault, withDefaultInStart } from "./defineSettings.ts";
import { demoSettings } from "./demoSettings.ts";
import { fileSettings } from "./fileSettings.ts";
import { overloadSettings } from "./overloadSettings.ts";
import { processSettings } from "./processSettings.ts";
import { flag, integer, oneOf, origin, secret, text, url, urls } from "./settingKinds.ts";
import { signInSettings } from "./signInSettings.ts";
import { storeSettings } from "./storeSettings.ts";
import { streamSettings } from "./streamSettings.ts";
import { traceSettings } from "./traceSettings.ts";
import { trafficSettings } from "./trafficSettings.ts";
import { warehouseSettings } from "./warehouseSettings.ts";

const path = text("a path");
const postgresUrl = url(["postgres:", "postgresql:"], "postgres://user:password@host:5432/atelier");
const redisUrl = urls(["redis:", "rediss:"], "rediss://:password@host:6379");

/** Every setting there is. `docs/configuration.md` is generated from this table (`npm run docs:config`). */
export const settings = {
  port: withDefault(
    "PORT",
    integer(0, 65_535),
    8080,
    "The port of the HTTP server; 0 takes a free one.",
  ),
  host: withDefault(
    "HOST",
    text("a host name or an address"),
    "0.0.0.0",
    "The address that the HTTP server listens on.",
    "127.0.0.1",
  ),
  role: ownInStart(
    withDefault(
      "SERVER_ROLE",
      oneOf("all", "ads", "management"),
      "all",
      "What this server does: `ads` answers visitors, publishers and exchanges, `management` who manages campaigns; `all` both, in two processes, the second behind the first.",
    ),
  ),
  ...processSettings,
  publicUrl: needed(
    "PUBLIC_URL",
    origin,
    ["serve"],
    "Where browsers reach this server; tracking URLs begin with it. `start` uses its own address.",
  ),
  trustedProxies: withDefault(
    "TRUST_PROXY",
    integer(0, 10),
    0,
    "How many proxies in front may be believed about the caller's address.",
  ),
  databaseUrl: ownInStart(
    needed(
      "DATABASE_URL",
      postgresUrl,
      [
        "serve",
        "worker",
        "migrate",
        "scores:load",
        "keys:create",
        "reports:check",
        "invoices:close",
        "backup",
        "restore",
      ],
      "Postgres: campaigns, keys, the ledger.",
    ),
  ),
  redisUrl: ownInStart(
    needed(
      "REDIS_URL",
      redisUrl,
      ["serve"],
      "Redis: holds, frequency caps, cached scores. `rediss://` is TLS; several URLs, or `?cluster=true`, are a cluster.",
    ),
  ),
  redisCertificateFile: optional(
    "REDIS_CA_FILE",
    path,
    "PEM file of the authority that signed Redis's certificate, where the system does not know it.",
  ),
  ...storeSettings,
  awsRegion: withDefaultInStart(
    needed(
      "AWS_REGION",
      text("an AWS region like eu-west-3"),
      ["serve", "worker", "scores:load", "dlq:replay"],
      "Region of the DynamoDB table and of the stream of events. Credentials come from the AWS SDK's usual chain.",
    ),
    "eu-west-3",
  ),
  dynamodbEndpoint: ownInStart(
    optional(
      "DYNAMODB_ENDPOINT",
      url(["http:", "https:"], "http://127.0.0.1:8000"),
      "A DynamoDB other than AWS's own.",
    ),
  ),
  scoresTable: withDefault(
    "SCORES_TABLE",
    text("a table name"),
    "atelier-scores",
    "The DynamoDB table of audience scores.",
  ),
  tokenSecret: ownInStart(
    needed("TOKEN_SECRET", secret, ["serve"], "Signs tracking URLs. The same on every node."),
  ),
  previousTokenSecret: optional(
    "TOKEN_SECRET_PREVIOUS",
    secret,
    "The TOKEN_SECRET before the present one: its tracking URLs count for another day. Take it away after that.",
  ),
  metricsToken: optional(
    "METRICS_TOKEN",
    secret,
    "What scrapers of `GET /metrics` send as Bearer; without it only this very machine may read the page.",
  ),
  visitorSecret: ownInStart(
    needed(
      "VISITOR_SECRET",
      secret,
      ["serve", "scores:load"],
      "Keys the hashes of visitors' ids and addresses. The same on every node.",
    ),
  ),
  requireSiteKey: withDefault(
    "REQUIRE_SITE_KEY",
    flag,
    true,
    "Refuse ad requests without the key of a known site.",
    false,
  ),
  requireSignedVisitors: withDefault(
    "REQUIRE_SIGNED_VISITORS",
    flag,
    true,
    "Count a visitor id only with its site's signature over it.",
    false,
  ),
  tcfRole: withDefault(
    "TCF_ROLE",
    oneOf("vendor", "publisher"),
    "vendor",
    "Whose consent is read from TC strings: our vendor's, or the publisher's own.",
  ),
  tcfVendorId: withDefault(
    "TCF_VENDOR_ID",
    integer(0, 65_535),
    0,
    "Our id on the IAB's Global Vendor List; `serve` needs it when TCF_ROLE is vendor.",
    1,
  ),
  apiRequestsPerMinute: withDefault(
    "API_REQUESTS_PER_MINUTE",
    integer(0, 1_000_000),
    6_000,
    "How many requests of the management API one key or person may send a minute to one node, also all at once; 0 = any number.",
  ),
  drainSeconds: withDefault(
    "DRAIN_SECONDS",
    integer(0, 60),
    0,
    "For so long a server that is told to stop goes on answering, while `/readyz` sends balancers to others: longer than they take to notice.",
  ),
  holdSeconds: withDefault(
    "HOLD_SECONDS",
    integer(10, 3_600),
    300,
    "How long the budget of a shown ad stays reserved without its event.",
  ),
  viewWaitSeconds: withDefault(
    "VIEW_WAIT_SECONDS",
    integer(0, 3_600),
    600,
    "How long the budget of an ad paid by viewable impression stays reserved after its impression.",
  ),
  dynamodbDeadlineMs: withDefault(
    "DYNAMODB_DEADLINE_MS",
    integer(1, 1_000),
    30,
    "How long a request waits for scores that Redis does not have; later it is served without.",
  ),
  requestDeadlineMs: withDefault(
    "REQUEST_DEADLINE_MS",
    integer(20, 5_000),
    200,
    "How long an ad request may take in all; later it is answered with what is known.",
  ),
  decisionSampleEvery: withDefault(
    "DECISION_SAMPLE_EVERY",
    integer(0, 100_000),
    100,
    "One decision in so many is decided again beside requests to learn why campaigns do not show; it adapts by itself to what that costs, so that this is where it begins. 0 = none.",
  ),
  ...overloadSettings,
  ...trafficSettings,
  ...audienceSettings,
  ...streamSettings,
  ...creativeSettings,
  ...signInSettings,
  ...consoleSettings,
  ...billingSettings,
  ...demoSettings,
  ...fileSettings,
  dataDir: withDefault(
    "ATELIER_DATA_DIR",
    path,
    ".atelier",
    "Where `start` keeps everything, and where imported contours, waiting events and the like are kept.",
  ),
  lakeDir: optional(
    "LAKE_DIR",
    text("a path or s3://bucket/prefix"),
    "Where the lake of events is kept as Parquet: a path, or `s3://bucket/prefix`; without it `lake` in the data folder.",
  ),
  lakeEndpoint: optional(
    "LAKE_ENDPOINT",
    url(["http:", "https:"], "http://127.0.0.1:9000"),
    "An S3 other than AWS's own, for a lake in a bucket.",
  ),
  ...warehouseSettings,
  ...traceSettings,
  logLevel: withDefault(
    "LOG_LEVEL",
    oneOf("silent", "fatal", "error", "warn", "info", "debug", "trace"),
    "info",
    "The least severe lines that are logged.",
  ),
} as const;
