import { type Kysely, sql, type Transaction } from "kysely";
import { actorOf } from "../../campaigns/access.ts";
import type { Caller } from "../../campaigns/repository.ts";
import type { ShopIdentity } from "../../shops/createShopCampaign.ts";
import { createTurns } from "../../turns.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";
import { inOneTransaction } from "./transactionScope.ts";

/** What shops told of themselves. Rejects with PublicError `unavailable` when the database is away. */
export interface ShopIdentities {
  /** What is told stays beside what was told before; answers all of it. */
  readonly keep: (
    advertiserId: number,
    identity: ShopIdentity,
    caller: Caller,
  ) => Promise<ShopIdentity>;
  /** What a page says of a shop; null = nothing is told. */
  readonly readPage: (
    advertiserId: number,
  ) => Promise<(ShopIdentity & { readonly name: string }) | null>;
  /** All that `work` writes through stores of this database, or nothing. */
  readonly inTransaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Each holds a connection. */
const mostTransactions = 3;
const nothing: ShopIdentity = { siret: null, phone: null, address: null };

export function createShopIdentities(db: Kysely<Database>): ShopIdentities {
  const { run: inTurn } = createTurns({ atOnce: mostTransactions });
  return {
    keep: (advertiserId, identity, caller) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => keep(trx, advertiserId, identity, caller)),
      ),
    readPage: (advertiserId) =>
      withPublicFaults(async () => {
        const { rows } = await sql<ShopIdentity & { readonly name: string }>`
          select a.name, s.siret, s.phone, s.address from shop_identities s
          join advertisers a on a.id = s.advertiser_id where a.id = ${advertiserId}`.execute(db);
        return rows[0] ?? null;
      }),
    inTransaction: (work) => inTurn(() => withPublicFaults(() => inOneTransaction(db, work))),
  };
}

async function keep(
  trx: Transaction<Database>,
  advertiserId: number,
  { siret, phone, address }: ShopIdentity,
  caller: Caller,
): Promise<ShopIdentity> {
  // The advertiser's row first: two who tell of one shop at once wait for each other.
  await sql`select from advertisers where id = ${advertiserId} for update`.execute(trx);
  const { rows } = await sql<ShopIdentity>`
    select siret, phone, address from shop_identities where advertiser_id = ${advertiserId}`.execute(
    trx,
  );
  const before = rows[0] ?? nothing;
  const after: ShopIdentity = {
    siret: siret ?? before.siret,
    phone: phone ?? before.phone,
    address: address ?? before.address,
  };
  const isSame =
    after.siret === before.siret &&
    after.phone === before.phone &&
    after.address === before.address;
  if (isSame) return before;
  await sql`insert into shop_identities (advertiser_id, siret, phone, address)
    values (${advertiserId}, ${after.siret}, ${after.phone}, ${after.address})
    on conflict (advertiser_id) do update
      set siret = excluded.siret, phone = excluded.phone, address = excluded.address`.execute(trx);
  await insertAudit(trx, "advertiser", [{ id: advertiserId, before, after }], actorOf(caller));
  return after;
}
