import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCampaignStore } from "../../../src/stores/postgres/campaignStore.ts";
import type { Database } from "../../../src/stores/postgres/database.ts";
import { toPublicFault } from "../../../src/stores/postgres/faults.ts";
import { createDatabase, parseBigint, pingDatabase } from "../../../src/stores/postgres/pool.ts";
import { type OpenStore, openCampaignStore, testActor } from "../../support/campaignStore.ts";
import { until } from "../../support/until.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

const faultOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return toPublicFault(error);
  }
  throw new Error("nothing failed");
};

it("a store that is away is unavailable, not a fault of ours", async () => {
  const db = createDatabase({
    url: "postgres://nobody@127.0.0.1:1/none",
    maxConnections: 1,
    statementTimeoutMs: 500,
  });
  const reading = createCampaignStore(db).campaigns.read(1);
  await expect(reading).rejects.toMatchObject({ code: "unavailable" });
  await db.destroy();
});

it("a statement that takes too long is stopped and unavailable", async () => {
  const db = createDatabase({ url: opened.url, maxConnections: 1, statementTimeoutMs: 50 });
  expect(await faultOf(sql`select pg_sleep(20)`.execute(db))).toMatchObject({
    code: "unavailable",
  });
  expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
});

it("a connection that is cut is unavailable, kills nobody, and is replaced", async () => {
  const db = createDatabase({ url: opened.url, maxConnections: 1, statementTimeoutMs: 5_000 });
  const cut = sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
  expect(await faultOf(cut)).toMatchObject({ code: "unavailable" });
  await until(() => isAnswering(db));
  await db.destroy();
});

it("a connection that is cut in the middle of a transaction kills nobody and undoes it", async () => {
  const { id } = await sql<{ id: number }>`insert into advertisers (name, payer_name, trade)
    values ('A', 'A', 'b') returning id`
    .execute(opened.db)
    .then(({ rows }) => rows[0] ?? { id: 0 });
  const db = createDatabase({ url: opened.url, maxConnections: 1, statementTimeoutMs: 5_000 });
  const changing = createCampaignStore(db).advertisers.change(
    id,
    async (present) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`.execute(opened.db);
      return { ...present, name: "B" };
    },
    testActor,
  );
  await expect(changing).rejects.toMatchObject({ code: "unavailable" });
  await until(() => isAnswering(db));
  expect((await createCampaignStore(db).advertisers.read(id))?.name).toBe("A");
  await db.destroy();
});

const isAnswering = (db: Kysely<Database>): Promise<boolean> => pingDatabase(db).catch(() => false);

it("a mistake in a statement stays a fault", async () => {
  const fault = await faultOf(sql`select no_such_column`.execute(opened.db));
  expect(fault).toMatchObject({ code: "42703" });
});

it("numbers are exact or refused; days stay days", async () => {
  const { rows } =
    await sql`select 9007199254740991::bigint as money, '2026-03-29'::date as day`.execute(
      opened.db,
    );
  expect(rows).toEqual([{ money: 9_007_199_254_740_991, day: "2026-03-29" }]);
  expect(() => parseBigint("9007199254740993")).toThrow(RangeError);
  await expect(sql`select 9007199254740993::bigint`.execute(opened.db)).rejects.toThrow(
    "does not fit",
  );
});
