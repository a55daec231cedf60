import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type {
  OperatorSwitches,
  ReviewSettings,
  SuspensionState,
} from "../../campaigns/reviewQueue.ts";
import type { Suspendable } from "../../campaigns/suspension.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

interface SuspensionRow {
  readonly suspended_at: Date | null;
  readonly suspended_reason: string | null;
  readonly advertiser_id: number;
}

const tables: Readonly<Record<Suspendable, string>> = {
  creative: "creatives",
  campaign: "campaigns",
  advertiser: "advertisers",
};

/** The columns of an entity `e`, and whose it is. */
const selects: Readonly<Record<Suspendable, RawBuilder<SuspensionRow>>> = {
  creative: sql`select e.suspended_at, e.suspended_reason, c.advertiser_id
    from creatives e join campaigns c on c.id = e.campaign_id`,
  campaign: sql`select e.suspended_at, e.suspended_reason, e.advertiser_id from campaigns e`,
  advertiser: sql`select e.suspended_at, e.suspended_reason, e.id as advertiser_id from advertisers e`,
};

/** Triggers tell the serving nodes of each change, like of any other write of these rows. */
export function createOperatorSwitches(db: Kysely<Database>): OperatorSwitches {
  return {
    readSuspension: (entity, id) =>
      withPublicFaults(() => readState(db, sql`${selects[entity]} where e.id = ${id}`)),
    suspend: (entity, id, reason, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          const before = await readState(
            trx,
            sql`${selects[entity]} where e.id = ${id} for update of e`,
          );
          if (before === null || (reason === null && before.suspension === null)) return before;
          // Since when stays what it was: another reason does not begin it anew.
          await sql`update ${sql.table(tables[entity])} set suspended_reason = ${reason},
              suspended_at = case when ${reason}::text is null then null else coalesce(suspended_at, now()) end,
              version = version + 1, updated_at = now()
            where id = ${id}`.execute(trx);
          const after = await readState(trx, sql`${selects[entity]} where e.id = ${id}`);
          await insertAudit(trx, entity, [{ id, before, after }], actor);
          return after;
        }),
      ),
    readReviewSettings: (advertiserId) => withPublicFaults(() => readSettings(db, advertiserId)),
    setReviewSettings: (advertiserId, settings, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          // Two operators at once follow each other, and each is told what the other left.
          const before = await readSettings(trx, advertiserId, sql`for update`);
          if (before === null) return null;
          // Left out: they stay.
          const licences = settings.licences ?? before.licences ?? [];
          const after = {
            autoApprove: settings.autoApprove,
            ...(licences.length > 0 && { licences }),
          };
          if (JSON.stringify(before) === JSON.stringify(after)) return before;
          await sql`update advertisers set auto_approve = ${after.autoApprove}, licences = ${licences}::text[],
            version = version + 1, updated_at = now() where id = ${advertiserId}`.execute(trx);
          await insertAudit(trx, "advertiser", [{ id: advertiserId, before, after }], actor);
          return after;
        }),
      ),
  };
}

async function readState(
  executor: Kysely<Database>,
  query: RawBuilder<unknown>,
): Promise<SuspensionState | null> {
  const { rows } = await sql<SuspensionRow>`${query}`.execute(executor);
  const row = rows[0];
  if (row === undefined) return null;
  const { suspended_at: since, suspended_reason: reason, advertiser_id: advertiserId } = row;
  const suspension =
    since === null || reason === null ? null : { reason, since: since.toISOString() };
  return { suspension, advertiserId };
}

async function readSettings(
  executor: Kysely<Database> | Transaction<Database>,
  advertiserId: number,
  locking: RawBuilder<unknown> = sql``,
): Promise<ReviewSettings | null> {
  const { rows } = await sql<{
    readonly autoApprove: boolean;
    readonly licences: NonNullable<ReviewSettings["licences"]>;
  }>`
    select auto_approve as "autoApprove", licences from advertisers
    where id = ${advertiserId} ${locking}`.execute(executor);
  const [row] = rows;
  if (row === undefined) return null;
  return row.licences.length > 0 ? row : { autoApprove: row.autoApprove };
}
