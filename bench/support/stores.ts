import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import {
  findPostgis,
  howToHavePostgis,
  type PostgisCluster,
  startPostgis,
} from "../compare/postgisCluster.ts";
import { keepMoneyBuckets } from "./money.ts";
import type { PlannedRow } from "./rows.ts";
import { startRedis } from "./startRedis.ts";

/** What the servers of the chosen rows ask. */
export interface BenchStores {
  readonly redis: { readonly url: string; readonly pid: number };
  /** For forecasts; null = no row asks for one. */
  readonly databaseUrl: string | null;
  /** Null = no row asks for it, or this machine has none (then that was said). */
  readonly postgis: PostgisCluster | null;
  readonly stop: () => Promise<void>;
}

export async function startStores(
  rows: readonly PlannedRow[],
  folder: string,
): Promise<BenchStores> {
  const redis = await startRedis();
  const client = connectRedis({ url: redis.url, commandTimeoutMs: 5_000 });
  await redisReady(client);
  const tending = await keepMoneyBuckets(client);
  const asksForecasts = rows.some(
    ({ kind, server }) => kind === "forecasts" && server.is === "atelier",
  );
  const postgres = asksForecasts ? await startDatabase(folder) : null;
  const asksPostgis = rows.some(
    ({ server }) => server.is === "compared" && server.way === "PostGIS",
  );
  const postgis = asksPostgis ? await findAndStartPostgis() : null;
  return {
    redis,
    databaseUrl: postgres?.url ?? null,
    postgis,
    async stop() {
      await tending.stop();
      client.disconnect();
      await postgres?.stop();
      await postgis?.stop();
    },
  };
}

/** Empty but for its schema: forecasts then replay the census. */
async function startDatabase(folder: string) {
  // As root Postgres runs as nobody, who must reach its data.
  await chmod(folder, 0o711);
  const postgres = await startPostgres({
    dataDir: folder,
    durable: false,
    logFile: join(folder, "postgres.log"),
    log: () => undefined,
  });
  await migrateToLatest(postgres.url);
  return postgres;
}

async function findAndStartPostgis(): Promise<PostgisCluster | null> {
  const binaries = await findPostgis();
  if (binaries !== null) return startPostgis(binaries);
  process.stderr.write(`${howToHavePostgis}\n`);
  return null;
}
