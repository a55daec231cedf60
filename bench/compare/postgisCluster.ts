import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "../../src/embedded/freePort.ts";
import { type RunAs, unprivilegedUser } from "../../src/embedded/runAs.ts";

const run = promisify(execFile);

/** How to have it, where it is not there. */
export const howToHavePostgis =
  "PostGIS is not on this machine (the embedded Postgres has none): its rows are left out. " +
  "On Debian 12 `apt-get install postgresql-15 postgresql-15-postgis-3` brings it; no service of it need run.";

export interface PostgisCluster {
  readonly url: string;
  /** Of the postmaster, whose children answer. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** The programs of the newest Postgres of the distribution that has PostGIS; null = there is none. */
export async function findPostgis(): Promise<string | null> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const fitting = versions
    .filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/postgis.control`))
    .sort((a, b) => Number(b) - Number(a));
  return fitting[0] === undefined ? null : `/usr/lib/postgresql/${fitting[0]}/bin`;
}

/** A cluster of its own on the second core, in memory as far as it can be, gone when it is stopped. */
export async function startPostgis(binaries: string): Promise<PostgisCluster> {
  const runAs = await unprivilegedUser();
  // Where the user it runs as may go.
  const folder = await mkdtemp("/var/tmp/atelier-postgis-");
  if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (runAs !== undefined) await chown(data, runAs.uid, runAs.gid);
  const initialise = ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"];
  await run(join(binaries, "initdb"), initialise, { cwd: "/", ...runAs });
  const port = await freePort();
  const child = spawnPostgres(binaries, data, port, runAs);
  process.on("exit", () => child.kill("SIGKILL"));
  const url = `postgres://bench@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGINT");
      await new Promise((resolve) => child.once("exit", resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spawnPostgres(binaries: string, data: string, port: number, runAs: RunAs | undefined) {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    shared_buffers: "512MB",
    work_mem: "16MB",
    random_page_cost: "1.1",
    jit: "off",
    max_parallel_workers_per_gather: "0",
    fsync: "off",
    autovacuum: "off",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return spawn(
    "taskset",
    ["-c", "1", join(binaries, "postgres"), "-D", data, "-p", `${port}`, ...options],
    { stdio: "ignore", cwd: "/", ...runAs },
  );
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error("Postgres with PostGIS did not start");
}
