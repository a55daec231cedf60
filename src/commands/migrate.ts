import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { migrateDown, migrateToLatest } from "../stores/postgres/migrate.ts";

/** `migrate`: brings DATABASE_URL to the newest schema. `migrate down --delete-everything` takes all of it back. */
export async function migrate(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { databaseUrl } = parseConfig(environment, "migrate");
  const [direction, ...rest] = args;
  if (direction === undefined) {
    const ran = await migrateToLatest(databaseUrl);
    say(ran.length === 0 ? "The schema is up to date" : `Migrated: ${ran.join(", ")}`);
    return;
  }
  if (direction !== "down" || rest[0] !== "--delete-everything")
    throw new SetupError(
      "Usage: npm run migrate (to the newest schema), or npm run migrate -- down --delete-everything (takes the schema and all data away).",
    );
  say(`Taken back: ${(await migrateDown(databaseUrl)).join(", ")}`);
}
