import { promises as fs } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  FileMigrationProvider,
  type MigrationResultSet,
  Migrator,
  NO_MIGRATIONS,
} from "kysely/migration";
import { createDatabase } from "./pool.ts";

/** The same place from the sources and from a compiled tree (`dist/src/…` next to `dist/migrations`). */
const migrationFolder = fileURLToPath(new URL("../../../migrations", import.meta.url));

/**
 * Brings the database at `url` to the newest schema. Safe to run from several processes at once (an advisory lock),
 * and all or nothing. Returns the names of the migrations that ran; throws what a migration threw.
 */
export async function migrateToLatest(url: string): Promise<readonly string[]> {
  return withMigrator(url, (migrator) => migrator.migrateToLatest());
}

/** The same, to the migration of that name and no further. False = there is none; nothing ran. */
export async function migrateUpTo(url: string, name: string): Promise<boolean> {
  let isKnown = true;
  await withMigrator(url, async (migrator) => {
    const known = await migrator.getMigrations();
    isKnown = known.some((migration) => migration.name === name);
    return isKnown ? migrator.migrateTo(name) : { results: [] };
  });
  return isKnown;
}

/** Takes every migration back, newest first. Deletes all data; returns the names of the migrations undone. */
export async function migrateDown(url: string): Promise<readonly string[]> {
  return withMigrator(url, (migrator) => migrator.migrateTo(NO_MIGRATIONS));
}

async function withMigrator(
  url: string,
  run: (migrator: Migrator) => Promise<MigrationResultSet>,
): Promise<readonly string[]> {
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const provider = new FileMigrationProvider({
      fs,
      path,
      migrationFolder,
      import: (file) => import(pathToFileURL(file).href),
    });
    const { error, results } = await run(new Migrator({ db, provider }));
    if (error !== undefined) throw error;
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
