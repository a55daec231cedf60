import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { BackupFileError, readBackupFile, readBackupHead } from "../stores/files/backupFile.ts";
import { type LoadRefusal, loadDatabase } from "../stores/postgres/backup/loadDatabase.ts";
import { settleRestored, skippedNumbers } from "../stores/postgres/backup/numberOnwards.ts";

const usage =
  "Usage: npm run restore -- FILE (into an empty database), or npm run restore -- --settle (a database that came back from a snapshot). Servers must be stopped.";

/**
 * `restore FILE`: fills the empty `DATABASE_URL` from a backup and brings it to today's schema, or leaves it without rows.
 * `restore --settle`: what is to be done to a database that came back by other means before servers run on it.
 */
export async function restore(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [what, ...rest] = args;
  if (what === undefined || rest.length > 0 || (what.startsWith("-") && what !== "--settle"))
    throw new SetupError(usage);
  const { databaseUrl } = parseConfig(environment, "restore");
  if (what === "--settle") {
    const numberings = await settleRestored(databaseUrl);
    say(
      `Settled: ${numberings} numberings go on ${skippedNumbers} further; everybody logs in again`,
    );
    return;
  }
  await restoreFile(databaseUrl, what, say);
}

async function restoreFile(
  databaseUrl: string,
  file: string,
  say: (line: string) => void,
): Promise<void> {
  try {
    const head = await readBackupHead(file);
    const outcome = await loadDatabase(databaseUrl, head, readBackupFile(file));
    if (!outcome.ok) throw new SetupError(sentenceOf(outcome, file));
    say(`${outcome.rows} rows of ${outcome.tables} tables, as they were at ${head.takenAt}`);
  } catch (error) {
    if (error instanceof BackupFileError)
      throw new SetupError(`${file} is not restored: ${error.message}`);
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new SetupError(`There is no ${file}`);
    throw error;
  }
}

function sentenceOf(refusal: LoadRefusal, file: string): string {
  switch (refusal.reason) {
    case "not_empty":
      return `The database is not empty: ${refusal.table} has rows. Restore into a new one.`;
    case "unknown_migration":
      return `${file} was made by a newer release: its schema ends with ${refusal.migration}, which this release does not know`;
    case "other_tables":
      return `${file} does not have the tables of its schema: ${refusal.table} differs`;
    case "differs":
      return `${file} is damaged: ${refusal.table} does not hold what was backed up`;
  }
}
