import { access } from "node:fs/promises";
import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { writeBackupFile } from "../stores/files/backupFile.ts";
import type { BackupEnd } from "../stores/postgres/backup/backupFormat.ts";
import { dumpDatabase } from "../stores/postgres/backup/dumpDatabase.ts";

const usage = "Usage: npm run backup -- FILE   (one that is not there yet)";

/**
 * `backup FILE`: writes everything of `DATABASE_URL` to a file, as it was at one moment, while servers go on. The file has
 * hashes of passwords and keys, and secrets of sites: only its owner may read it.
 */
export async function backup(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [file, ...rest] = args;
  if (file === undefined || file.startsWith("-") || rest.length > 0) throw new SetupError(usage);
  const { databaseUrl } = parseConfig(environment, "backup");
  if (await isThere(file)) throw new SetupError(`${file} is there already. ${usage}`);
  let whole: BackupEnd = { tables: 0, rows: 0 };
  await writeBackupFile(file, (hand) =>
    dumpDatabase(databaseUrl, async (part) => {
      if (part.kind === "end") whole = part.end;
      await hand(part);
    }),
  );
  say(`${file}: ${whole.rows} rows of ${whole.tables} tables`);
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
