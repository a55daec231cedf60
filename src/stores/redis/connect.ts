import { readFileSync } from "node:fs";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { followCluster, mastersReady } from "./cluster.ts";
import { limitCommands } from "./commandTimeout.ts";
import { writeAtEndOfTurn } from "./endOfTurn.ts";
import { followServerRun } from "./serverRun.ts";

/** One server or a cluster: both take the same commands; keys of one command must share a hash tag. */
export type RedisClient = Redis | Cluster;

export interface ConnectRedisOptions {
  /**
   * `redis://…` or `rediss://…` (TLS), or the absolute path of a unix socket. A cluster is written as several such URLs
   * separated by commas (name, password and TLS are those of the first), or as one with `?cluster=true` (the configuration endpoint of a managed cluster).
   */
  readonly url: string;
  /** A command without an answer after this many ms rejects. Null = wait (blocking commands need their own connection). Default 50. */
  readonly commandTimeoutMs?: number | null;
  /** Shown by CLIENT LIST. */
  readonly connectionName?: string;
  /** PEM file of the authority that signed the servers' certificates, for rediss. */
  readonly certificateAuthorityFile?: string | null;
  /** Told of connection trouble (refused, reset, timed out). Never throws into the caller. */
  readonly onError?: (error: Error) => void;
}

interface ParsedRedisUrl {
  readonly cluster: boolean;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly shared: RedisOptions;
}

const defaultCommandTimeoutMs = 50;
const connectTimeoutMs = 1_000;
/** A socket that owes an answer for this long is dead: it is dropped, so that commands fail at once instead of one by one. */
const silentSocketMs = 1_000;
const firstRetryDelayMs = 50;
const lastRetryDelayMs = 1_000;

/**
 * Opens a connection that fails fast and heals by itself: nothing is queued while Redis is away (commands reject at
 * once), nothing is sent twice after a reconnection (a hold must not be taken twice), and reconnection is tried for ever,
 * 50 ms to 1 s apart. Returns before the connection is ready: await `redisReady` at the start of a process.
 * Throws a TypeError that says what is wrong with the URL.
 */
export function connectRedis(options: ConnectRedisOptions): RedisClient {
  const parsed = parseRedisUrl(options.url);
  const shared = {
    ...parsed.shared,
    ...connectionOptions(options, parsed.shared.tls !== undefined),
  };
  const client = parsed.cluster
    ? new Cluster([...parsed.nodes], {
        enableOfflineQueue: false,
        clusterRetryStrategy: retryDelayMs,
        clusterNodeRetryStrategy: retryDelayMs,
        maxRedirections: 3,
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        // Sent again later than its answer is waited for, it would be done for nobody.
        retryDelayOnTryAgain: 5,
        slotsRefreshInterval: 5_000,
        slotsRefreshTimeout: 500,
        // Managed clusters present one certificate for host names, not for addresses.
        ...(shared.tls === undefined ? {} : { dnsLookup: keepHostName }),
        redisOptions: shared,
      })
    : new Redis({
        ...shared,
        ...parsed.nodes[0],
        retryStrategy: retryDelayMs,
        enableOfflineQueue: false,
        reconnectOnError: isDemotedPrimary,
      });
  // Without a listener ioredis writes every failed reconnection to the console.
  client.on("error", (error: Error) => options.onError?.(error));
  const { commandTimeoutMs = defaultCommandTimeoutMs } = options;
  const prepare = (redis: Redis): void => {
    writeTogether(redis);
    if (commandTimeoutMs !== null) limitCommands(redis, commandTimeoutMs);
    followServerRun(redis);
  };
  if (client instanceof Cluster) {
    followCluster(client, prepare);
    client.on("node error", (error: Error) => options.onError?.(error));
  } else prepare(client);
  return client;
}

/**
 * Sends what one turn of the event loop asks of a server in one write, the commands of all requests in it together: a
 * system call costs more than a command. The order of commands stays.
 */
function writeTogether(redis: Redis): void {
  redis.on("connect", () => {
    const { stream } = redis;
    const write = stream.write.bind(stream);
    stream.write = ((...given: Parameters<typeof write>) => {
      if (stream.writableCorked === 0) {
        stream.cork();
        writeAtEndOfTurn(() => stream.uncork());
      }
      return write(...given);
    }) as typeof stream.write;
  });
}

/**
 * Resolves once commands can be sent; rejects after `deadlineMs` with the last thing that went wrong. Of a cluster the
 * connections to its masters are waited for too, but not beyond the deadline: one that is away keeps nobody from the others.
 */
export async function redisReady(client: RedisClient, deadlineMs = 10_000): Promise<void> {
  const giveUpAtMs = performance.now() + deadlineMs;
  await clientReady(client, deadlineMs);
  if (client instanceof Cluster) await mastersReady(client, giveUpAtMs);
}

function clientReady(client: RedisClient, deadlineMs: number): Promise<void> {
  if (client.status === "ready") return Promise.resolve();
  return new Promise((resolve, reject) => {
    let lastError: Error | null = null;
    const rememberError = (error: Error) => {
      lastError = error;
    };
    const stopListening = () => {
      clearTimeout(timer);
      client.off("ready", onReady);
      client.off("error", rememberError);
    };
    const onReady = () => {
      stopListening();
      resolve();
    };
    const timer = setTimeout(() => {
      stopListening();
      const detail = lastError === null ? "" : `: ${lastError.message}`;
      reject(new Error(`Redis is not ready after ${deadlineMs} ms${detail}`));
    }, deadlineMs);
    client.on("ready", onReady);
    client.on("error", rememberError);
  });
}

/** How long to wait before reconnection attempt number `attempt` (from 1): 50, 100, 200 … 1,000 ms. */
export function retryDelayMs(attempt: number): number {
  return Math.min(firstRetryDelayMs * 2 ** Math.min(attempt - 1, 10), lastRetryDelayMs);
}

/** Splits `url` as described in {@link ConnectRedisOptions}. Throws a TypeError for anything else. */
export function parseRedisUrl(url: string): ParsedRedisUrl {
  if (url.startsWith("/")) return { cluster: false, nodes: [], shared: { path: url } };
  const urls = url.split(",").map((part) => parseOne(part.trim()));
  const first = urls[0];
  if (first === undefined) throw new TypeError("The Redis URL is empty");
  const cluster = urls.length > 1 || first.searchParams.get("cluster") === "true";
  const databases = urls.map(databaseOf);
  const db = databases[0] ?? 0;
  if (cluster && databases.some((one) => one !== 0))
    throw new TypeError("A Redis cluster only has database 0");
  return {
    cluster,
    nodes: urls.map((one) => ({ host: hostOf(one), port: Number(one.port || 6379) })),
    shared: {
      ...(first.username === "" ? {} : { username: decodeURIComponent(first.username) }),
      ...(first.password === "" ? {} : { password: decodeURIComponent(first.password) }),
      ...(first.protocol === "rediss:" ? { tls: {} } : {}),
      ...(db === 0 ? {} : { db }),
    },
  };
}

function parseOne(part: string): URL {
  const url = URL.canParse(part) ? new URL(part) : null;
  if (
    url === null ||
    (url.protocol !== "redis:" && url.protocol !== "rediss:") ||
    url.hostname === ""
  )
    throw new TypeError(
      "A Redis URL is redis://host:port, rediss://host:port or an absolute socket path",
    );
  return url;
}

function databaseOf(url: URL): number {
  const db = url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0;
  if (!Number.isInteger(db) || db < 0)
    throw new TypeError("The path of a Redis URL must be a database number");
  return db;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function connectionOptions(options: ConnectRedisOptions, tls: boolean): RedisOptions {
  const authority = options.certificateAuthorityFile ?? null;
  return {
    connectTimeout: connectTimeoutMs,
    ...(options.commandTimeoutMs === null ? {} : { socketTimeout: silentSocketMs }),
    ...(options.connectionName === undefined ? {} : { connectionName: options.connectionName }),
    ...(tls && authority !== null ? { tls: { ca: readFileSync(authority) } } : {}),
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
  };
}

/** After a failover the old primary answers READONLY: only a new connection finds the new one. */
function isDemotedPrimary(error: Error): boolean {
  return error.message.startsWith("READONLY");
}

function keepHostName(
  address: string,
  callback: (error: NodeJS.ErrnoException | null | undefined, address: string) => void,
): void {
  callback(null, address);
}
