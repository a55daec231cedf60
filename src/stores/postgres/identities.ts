import { type Kysely, sql, type Transaction } from "kysely";
import type { Identity, IdentityStore } from "../../accounts/identityProvider.ts";
import type { Actor } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

type Subject = Pick<Identity, "issuer" | "subject">;

/** Whom providers know our people as, in Postgres. */
export function createIdentityStore(db: Kysely<Database>): IdentityStore {
  return {
    findUserId: (identity) => withPublicFaults(() => findUserId(db, identity)),
    link: (userId, identity, actor) =>
      withPublicFaults(() => db.transaction().execute((trx) => link(trx, userId, identity, actor))),
  };
}

async function findUserId(
  db: Kysely<Database>,
  { issuer, subject }: Subject,
): Promise<number | null> {
  const { rows } = await sql<{ readonly user_id: number }>`
    select user_id from user_identities where issuer = ${issuer} and subject = ${subject}`.execute(
    db,
  );
  return rows[0]?.user_id ?? null;
}

/** Of two first sign-ins at once with one identity the second finds it linked, which is what it wanted. */
async function link(
  trx: Transaction<Database>,
  userId: number,
  { issuer, subject }: Subject,
  actor: Actor,
): Promise<void> {
  const { rows } = await sql<{ readonly organization_id: number }>`
    insert into user_identities (user_id, issuer, subject)
    select id, ${issuer}, ${subject} from users where id = ${userId} and active
    on conflict do nothing
    returning (select organization_id from users where id = ${userId})`.execute(trx);
  const [row] = rows;
  if (row === undefined) return requireSame(trx, userId, { issuer, subject });
  const after = {
    userId,
    organizationId: row.organization_id,
    identityLinked: { issuer, subject },
  };
  await insertAudit(trx, "user", [{ id: userId, before: null, after }], actor);
}

async function requireSame(
  trx: Transaction<Database>,
  userId: number,
  { issuer, subject }: Subject,
): Promise<void> {
  const { rows } = await sql`select from user_identities
    where user_id = ${userId} and issuer = ${issuer} and subject = ${subject}`.execute(trx);
  if (rows.length > 0) return;
  throw new PublicError(
    "conflict",
    "The account belongs to somebody else at the provider: ask your administrator.",
  );
}
