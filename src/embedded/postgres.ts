import { chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { SetupError } from "../setupError.ts";
import { freePort } from "./freePort.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgresBinaries.ts";
import { awaitPredecessor } from "./predecessor.ts";
import { canAccess, type RunAs, unprivilegedUser } from "./runAs.ts";
import { readOrCreateSecret } from "./secretFile.ts";
import type { EmbeddedServer, ServerOptions } from "./server.ts";
import { createShelter } from "./shelter.ts";
import { launchTethered, type TetheredServer } from "./tether.ts";
import { waitForReady } from "./waitFor.ts";

const user = "atelier";
const database = "atelier";
const postgresMajor = "18";
const readyDeadlineMs = 60_000;

interface Cluster {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  readonly password: string;
  readonly durable: boolean;
}

/**
 * Starts a real Postgres on a free loopback port, its cluster in `<dataDir>/postgres` (made at the first start).
 * As root it runs as `nobody`, from /var/tmp where that user cannot reach the data folder or the checkout.
 * @throws SetupError
 */
export async function startPostgres(options: ServerOptions): Promise<EmbeddedServer> {
  const cluster = await prepareCluster(options);
  await createCluster(cluster, options);
  await awaitPredecessor(join(cluster.folder, "postmaster.pid"), cluster.folder);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = launchPostgres(cluster, port, options);
    const outcome = await waitForReady(
      server,
      () => isReady(cluster.folder, port),
      readyDeadlineMs,
    );
    if (outcome === "ready") {
      const url = await createDatabase(port, cluster.password).catch(async (error: unknown) => {
        await server.stop();
        throw error;
      });
      return { url, exited: server.exited, stop: server.stop };
    }
    await server.stop();
    const log = await readFile(options.logFile, "utf8").catch(() => "");
    if (attempt < 5 && log.includes("Address already in use")) continue;
    throw new SetupError(
      `Postgres did not start (${lastLine(log)}); its log is ${options.logFile}.`,
    );
  }
}

async function prepareCluster(options: ServerOptions): Promise<Cluster> {
  const runAs = await clusterUser(join(options.dataDir, "postgres"));
  const shelter = (): Promise<string> => createShelter(options.dataDir);
  const binaries = await findPostgresBinaries(runAs, shelter);
  const reachable = await canAccess(options.dataDir, "-x", runAs);
  const parent = reachable ? options.dataDir : await shelter();
  if (!reachable)
    options.log(
      `Postgres keeps its data in ${parent}: as root it runs as nobody, who cannot reach ${options.dataDir}`,
    );
  const password = await readOrCreateSecret(join(options.dataDir, "postgres.password"));
  return { folder: join(parent, "postgres"), binaries, runAs, password, durable: options.durable };
}

/** A cluster that an ordinary user made keeps its owner when root starts it later: Postgres insists on owning its files. */
async function clusterUser(folder: string): Promise<RunAs | undefined> {
  const runAs = await unprivilegedUser();
  if (runAs === undefined) return undefined;
  const owner = await stat(folder).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? runAs : { uid: owner.uid, gid: owner.gid };
}

/** Makes the cluster beside its place and moves it there, so that a start that was cut short leaves nothing half made. */
async function createCluster(cluster: Cluster, options: ServerOptions): Promise<void> {
  if (await isMade(cluster)) return;
  options.log("creating the database");
  const half = `${cluster.folder}.new`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  const passwordFile = join(half, "..", "postgres.initial");
  await writeFile(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.runAs !== undefined) {
    for (const path of [half, passwordFile])
      await chown(path, cluster.runAs.uid, cluster.runAs.gid);
  }
  const initdb = launchTethered({
    command: cluster.binaries.initdb,
    args: initdbArguments(half, passwordFile, cluster.durable),
    env: environment(cluster),
    cwd: "/",
    runAs: cluster.runAs,
    logFile: options.logFile,
    stopSignal: "TERM",
    graceMs: 5_000,
  });
  const code = await initdb.exited;
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    const log = await readFile(options.logFile, "utf8").catch(() => "");
    throw new SetupError(
      `Postgres could not create its data (${lastLine(log)}); its log is ${options.logFile}.`,
    );
  }
  await rename(half, cluster.folder);
}

async function isMade(cluster: Cluster): Promise<boolean> {
  try {
    const made = (await readFile(join(cluster.folder, "PG_VERSION"), "utf8")).trim();
    if (made === postgresMajor) return true;
    throw new SetupError(
      `${cluster.folder} was made by Postgres ${made}, this is ${postgresMajor}: start the version of Atelier that made it, or choose a new data folder with ATELIER_DATA_DIR.`,
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof SetupError) throw error;
    if (code === "ENOENT") return false;
    throw new SetupError(
      `${cluster.folder} cannot be read (${code}): it belongs to another user; start Atelier as that user, or choose another data folder with ATELIER_DATA_DIR.`,
    );
  }
}

function initdbArguments(
  folder: string,
  passwordFile: string,
  durable: boolean,
): readonly string[] {
  const args = [
    "-D",
    folder,
    "-U",
    user,
    "--pwfile",
    passwordFile,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
  ];
  // The built-in provider gives every platform the same order and case rules.
  args.push("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8");
  return durable ? args : [...args, "--no-sync"];
}

function launchPostgres(cluster: Cluster, port: number, options: ServerOptions): TetheredServer {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "128MB",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(cluster.durable
      ? {}
      : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return launchTethered({
    command: cluster.binaries.postgres,
    args: [
      "-D",
      cluster.folder,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    env: environment(cluster),
    cwd: "/",
    runAs: cluster.runAs,
    logFile: options.logFile,
    // SIGINT is Postgres's fast shutdown: open transactions are rolled back, connections closed.
    stopSignal: "INT",
    graceMs: 20_000,
  });
}

function environment(cluster: Cluster): Readonly<Record<string, string>> {
  return {
    LD_LIBRARY_PATH: cluster.binaries.libraryFolder,
    DYLD_LIBRARY_PATH: cluster.binaries.libraryFolder,
    LC_ALL: "C",
    PATH: "/usr/bin:/bin",
  };
}

/** The postmaster writes its port on line 4 and its state on line 8 of this file. */
async function isReady(folder: string, port: number): Promise<boolean> {
  const lines = (await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "")).split(
    "\n",
  );
  return lines[3]?.trim() === String(port) && lines[7]?.trim() === "ready";
}

async function createDatabase(port: number, password: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl(port, password, "postgres") });
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
  return databaseUrl(port, password);
}

/** How clients reach a database of an embedded Postgres; its own, unless another is named. */
export function databaseUrl(port: number, password: string, name = database): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
}

function lastLine(log: string): string {
  return log.trim().split("\n").at(-1)?.trim() || "it said nothing";
}
