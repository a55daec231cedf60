import { type Kysely, sql, type Transaction } from "kysely";
import {
  type LiveSettings,
  type LiveSettingsStore,
  liveSettingsSchema,
} from "../../campaigns/liveSettings.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

/** There is one row at most. */
const id = 1;

interface Row {
  readonly log_level: string | null;
  readonly shedding: string | null;
  readonly expires_at: Date;
  readonly left_ms: number;
}

export function createLiveSettingsStore(db: Kysely<Database>): LiveSettingsStore {
  return {
    read: () => withPublicFaults(() => readCurrent(db)),
    put: ({ logLevel = null, shedding = null, forMinutes }, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          await lock(trx);
          const before = await readCurrent(trx);
          await sql`insert into live_settings (id, log_level, shedding, set_at, expires_at)
            values (${id}, ${logLevel}, ${shedding?.toString() ?? null}, now(), now() + make_interval(mins => ${forMinutes}))
            on conflict (id) do update set log_level = excluded.log_level, shedding = excluded.shedding,
              set_at = excluded.set_at, expires_at = excluded.expires_at`.execute(trx);
          const after = await readCurrent(trx);
          if (after === null) throw new Error("live settings that were just written are not there");
          const entry = { id, before: before?.settings ?? null, after: after.settings };
          await insertAudit(trx, "live_settings", [entry], actor);
          return after.settings;
        }),
      ),
    clear: (actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          await lock(trx);
          const before = await readCurrent(trx);
          await sql`delete from live_settings`.execute(trx);
          if (before === null) return;
          const entry = { id, before: before.settings, after: null };
          await insertAudit(trx, "live_settings", [entry], actor);
        }),
      ),
  };
}

/** Two operators at once follow each other, and each entry says what the other left. */
const lock = (trx: Transaction<Database>) =>
  sql`lock table live_settings in share row exclusive mode`.execute(trx);

async function readCurrent(
  executor: Kysely<Database>,
): Promise<{ readonly settings: LiveSettings; readonly leftMs: number } | null> {
  const { rows } = await sql<Row>`
    select log_level, shedding, expires_at,
      (extract(epoch from expires_at - now()) * 1000)::double precision as left_ms
    from live_settings where expires_at > now()`.execute(executor);
  const [row] = rows;
  if (row === undefined) return null;
  const settings = liveSettingsSchema.parse({
    logLevel: row.log_level,
    shedding: /^\d+$/.test(row.shedding ?? "") ? Number(row.shedding) : row.shedding,
    expiresAt: row.expires_at.toISOString(),
  });
  return { settings, leftMs: row.left_ms };
}
