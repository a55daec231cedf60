import { type Kysely, sql } from "kysely";
import type { AccountBooks } from "../../billing/billingBooks.ts";
import type { Account, BillingDetails } from "../../billing/schemas.ts";
import type { Actor } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

/** What advertisers paid in, may owe and have spent, and who pays. */
export function createAccountBooks(db: Kysely<Database>): AccountBooks {
  return {
    read: (advertiserId) => withPublicFaults(() => readAccount(db, advertiserId)),
    writeDetails: (advertiserId, details, actor) =>
      withPublicFaults(() => writeDetails(db, advertiserId, details, actor)),
    setCreditLimit: (advertiserId, micros, actor) =>
      withPublicFaults(() => setCreditLimit(db, advertiserId, micros, actor)),
  };
}

interface AccountRow {
  readonly paid_in_micros: number;
  readonly spent_micros: number;
  readonly limit_micros: number | null;
  readonly details: BillingDetails | null;
}

async function readAccount(db: Kysely<Database>, advertiserId: number): Promise<Account | null> {
  const { rows } = await sql<AccountRow>`
    select a.paid_in_micros, coalesce(t.spent_micros, 0) as spent_micros, a.balance_micros as limit_micros,
      case when d.advertiser_id is not null then jsonb_build_object('legalName', d.legal_name,
        'addressLines', d.address_lines, 'postalCode', d.postal_code, 'city', d.city, 'siren', d.siren,
        'vatNumber', d.vat_number) end as details
    from advertisers a left join advertiser_totals t on t.advertiser_id = a.id
      left join billing_details d on d.advertiser_id = a.id
    where a.id = ${advertiserId}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  const { paid_in_micros: paidInMicros, spent_micros: spentMicros, limit_micros: limit } = row;
  return {
    advertiserId,
    paidInMicros,
    spentMicros,
    balanceMicros: paidInMicros - spentMicros,
    creditLimitMicros: limit === null ? null : limit - paidInMicros,
    availableMicros: limit === null ? null : limit - spentMicros,
    billingDetails: row.details,
  };
}

async function writeDetails(
  db: Kysely<Database>,
  advertiserId: number,
  details: BillingDetails,
  actor: Actor,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const known = await sql`select from advertisers where id = ${advertiserId} for update`.execute(
      trx,
    );
    if (known.rows.length === 0) return false;
    const before = (await readAccount(trx, advertiserId))?.billingDetails ?? null;
    const { legalName, addressLines, postalCode, city, siren, vatNumber } = details;
    await sql`insert into billing_details (advertiser_id, legal_name, address_lines, postal_code, city, siren, vat_number)
      values (${advertiserId}, ${legalName}, ${addressLines}, ${postalCode}, ${city}, ${siren}, ${vatNumber})
      on conflict (advertiser_id) do update set legal_name = excluded.legal_name,
        address_lines = excluded.address_lines, postal_code = excluded.postal_code, city = excluded.city,
        siren = excluded.siren, vat_number = excluded.vat_number, updated_at = now()`.execute(trx);
    const entry = { before: { billingDetails: before }, after: { billingDetails: details } };
    await insertAudit(trx, "advertiser", [{ id: advertiserId, ...entry }], actor);
    return true;
  });
}

/** The database leaves the entry: see note_credit_limit. */
async function setCreditLimit(
  db: Kysely<Database>,
  advertiserId: number,
  micros: number | null,
  actor: Actor,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      readonly balance_micros: number | null;
      readonly paid_in_micros: number;
    }>`
      select balance_micros, paid_in_micros from advertisers where id = ${advertiserId} for update`.execute(
      trx,
    );
    const row = rows[0];
    if (row === undefined) return false;
    const limit = row.balance_micros;
    const before = limit === null ? null : limit - row.paid_in_micros;
    if (before === micros) return true;
    await sql`update advertisers set balance_micros = paid_in_micros + ${micros}::bigint, version = version + 1,
      updated_at = now() where id = ${advertiserId}`
      .execute(trx)
      .catch(sayTooMuch);
    const entry = { before: { creditLimitMicros: before }, after: { creditLimitMicros: micros } };
    await insertAudit(trx, "advertiser", [{ id: advertiserId, ...entry }], actor);
    return true;
  });
}

function sayTooMuch(error: unknown): never {
  const isTooMuch =
    error instanceof Error &&
    "constraint" in error &&
    error.constraint === "advertisers_balance_range";
  if (!isTooMuch) throw error;
  throw new PublicError(
    "conflict",
    "With what was paid in, an account holds a million euros at most.",
    [{ pointer: "/creditLimitMicros", rule: "must be less" }],
  );
}
