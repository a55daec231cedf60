import type { Kysely } from "kysely";
import type { Config } from "../config.ts";
import type { Contours } from "../geo/contours.ts";
import type { PointSignal } from "../geo/locate.ts";
import type { Places } from "../geo/places.ts";
import type { AddressRanges } from "../serving/addressRanges.ts";
import { type AccessKey, createDynamoDbClient } from "../stores/dynamodb/client.ts";
import { createScoresTable, type ScoresTable } from "../stores/dynamodb/scores.ts";
import { readContours } from "../stores/files/contours.ts";
import { openDataCentreRanges } from "../stores/files/dataCentreRanges.ts";
import { createEventSpool, type EventSpool } from "../stores/files/eventSpool.ts";
import type { FollowedFile } from "../stores/files/followFile.ts";
import { type AddressTable, openAddressTable } from "../stores/files/geoip.ts";
import { readPlaces } from "../stores/files/places.ts";
import type { Database } from "../stores/postgres/database.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { connectRedis, type RedisClient } from "../stores/redis/connect.ts";
import { createServerClock, type ServerClock } from "../stores/redis/serverClock.ts";
import type { Tracing } from "../stores/telemetry/tracing.ts";
import { type OpenEventStream, openEventStream } from "./eventStream.ts";
import type { Log } from "./log.ts";
import { manages, type ServerRole, servesAds } from "./role.ts";
import { openTracing } from "./tracing.ts";

/** Every connection and file that a serving process holds. */
export interface Stores {
  /** For people and the snapshot: a statement without an answer in a few seconds has failed. */
  readonly db: Kysely<Database>;
  /** For the ledger and housekeeping, which may take longer and must not take connections from the others. */
  readonly jobsDb: Kysely<Database>;
  /** For requests: a command without an answer in 50 ms has failed. */
  readonly redis: RedisClient;
  /** For jobs beside requests, which may wait longer. */
  readonly jobsRedis: RedisClient;
  readonly clock: ServerClock;
  readonly scores: ScoresTable;
  readonly events: OpenEventStream;
  readonly spool: EventSpool;
  readonly places: Places;
  /** Real outlines of communes; null = none imported. */
  readonly contours: Contours | null;
  readonly locateAddress: ((address: string) => PointSignal | null) | null;
  /** Addresses of data centres, as the operator's file has them now; null = there is no file. */
  readonly dataCentres: () => AddressRanges | null;
  /** Null = nothing is traced. */
  readonly tracing: Tracing | null;
  readonly close: () => Promise<void>;
}

/** Opens everything without waiting for servers that are away: they are found when they come. */
export async function openStores(
  config: Config,
  credentials: AccessKey | null,
  log: Log,
  { role, clock }: { readonly role: ServerRole; readonly clock?: ServerClock | undefined },
): Promise<Stores> {
  const url = config.databaseUrl;
  // Ads ask Postgres for little: for the snapshot, who explains, late clicks, frames.
  const maxConnections = manages(role) ? 10 : 5;
  const db = createDatabase({ url, maxConnections, statementTimeoutMs: 4_000 });
  const jobsDb = createDatabase({ url, maxConnections: 4, statementTimeoutMs: 30_000 });
  const redis = connect(config, "atelier-serving", 50, log);
  const jobsRedis = connect(config, "atelier-jobs", 5_000, log);
  const dynamodb = createDynamoDbClient({
    endpoint: config.dynamodbEndpoint,
    region: config.awsRegion,
    credentials,
    use: "serving",
  });
  const warn = (what: string, error: unknown) => log.warn({ error: describe(error) }, what);
  const events = openEventStream(config, credentials, role, warn);
  const tracing = await openTracing(config, role, log);
  const { geoipDatabase, dataCentreRangesFile } = config;
  const addresses = await openAddresses(servesAds(role) ? geoipDatabase : null, log);
  const dataCentres = await openDataCentres(servesAds(role) ? dataCentreRangesFile : null, log);
  return {
    db,
    jobsDb,
    redis,
    jobsRedis,
    clock: clock ?? createServerClock(redis),
    scores: createScoresTable(dynamodb, config.scoresTable),
    events,
    // By port and process: a restarted one finds its own, and two on one machine do not share.
    spool: createEventSpool({ directory: `${config.dataDir}/spool/${config.spoolName}` }),
    places: readPlaces(),
    contours: readContours(config.dataDir),
    locateAddress: addresses?.locate ?? null,
    dataCentres: () => dataCentres?.current() ?? null,
    tracing,
    async close() {
      await dataCentres?.close();
      await addresses?.close();
      await events.close();
      redis.disconnect();
      jobsRedis.disconnect();
      dynamodb.destroy();
      await Promise.all([db.destroy(), jobsDb.destroy(), tracing?.close()]);
    },
  };
}

async function openAddresses(file: string | null, log: Log): Promise<AddressTable | null> {
  if (file === null) return null;
  return openAddressTable(file, {
    onError: (error) =>
      log.warn({ error: describe(error) }, "address table not updated, the last one stays in use"),
  });
}

async function openDataCentres(
  file: string | null,
  log: Log,
): Promise<FollowedFile<AddressRanges> | null> {
  if (file === null) return null;
  return openDataCentreRanges(file, {
    onError: (error) =>
      log.warn({ error: describe(error) }, "data-centre ranges not updated, the last stay in use"),
  });
}

function connect(config: Config, name: string, commandTimeoutMs: number, log: Log): RedisClient {
  return connectRedis({
    url: config.redisUrl,
    connectionName: name,
    commandTimeoutMs,
    certificateAuthorityFile: config.redisCertificateFile,
    onError: createOutageReport((error) => log.warn({ error: describe(error) }, "Redis trouble")),
  });
}

/** Reconnections fail many times a second while a server is away: one line a few seconds is enough. */
function createOutageReport(report: (error: unknown) => void): (error: unknown) => void {
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    const nowMs = performance.now();
    if (nowMs - reportedAtMs < 5_000) return;
    reportedAtMs = nowMs;
    report(error);
  };
}

/** An error's kind and words for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
