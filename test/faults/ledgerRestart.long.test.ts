import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { startPostgres } from "../../src/embedded/postgres.ts";
import type { EmbeddedServer } from "../../src/embedded/server.ts";
import { createLedgerDrainer } from "../../src/jobs/ledgerDrainer.ts";
import { createReconcileBudgets } from "../../src/jobs/reconcileBudgets.ts";
import type { Ledger } from "../../src/serving/ledgerPorts.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import {
  asked,
  claimsOf,
  type Money,
  noonMs,
  openLedger,
  openMoney,
  winner,
} from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

let dataDir: string;
let postgres: EmbeddedServer;
let redis: TestRedis;
let money: Money;

const startPostgresHere = () =>
  startPostgres({
    dataDir,
    logFile: join(dataDir, "postgres.log"),
    durable: false,
    log: () => undefined,
  });

beforeEach(async () => {
  dataDir = await mkdtemp(join(inject("testDir"), "restart-"));
  await chmod(dataDir, 0o711);
  [postgres, redis] = await Promise.all([startPostgresHere(), freshRedis()]);
  await migrateToLatest(postgres.url);
  money = await openMoney(redis.url);
});
afterEach(async () => {
  money.close();
  await Promise.all([postgres.stop(), redis.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

const shops = [7, 8, 9].map((id) => ({ campaignId: id * 10, advertiserId: id }));

/** Charges impressions of three shops that nothing in Redis limits. */
async function charge(count: number): Promise<void> {
  const requests = Array.from({ length: count }, (_, index) => winner(shops[index % 3]));
  await Promise.all(
    requests.map(async (request) => {
      await money.holdBudgets([request], asked());
      const outcome = await money.record("impression", claimsOf(request), noonMs);
      expect(outcome.status).toBe("counted");
    }),
  );
}

/** The same ledger, but Postgres is told to stop in the middle of the work. */
function stoppingLedger(ledger: Ledger, when: string, stop: () => Promise<void>): Ledger {
  return {
    exclusively: (work) =>
      ledger.exclusively((session) =>
        work({
          ...session,
          async append(rows) {
            if (when === "while the rows are admitted") {
              const appended = session.append(rows);
              await Promise.all([stop(), appended]);
              return appended;
            }
            const added = await session.append(rows);
            await stop();
            return added;
          },
        }),
      ),
  };
}

it.each(["while the rows are admitted", "between the rows and the commit"])(
  "Postgres restarted %s: every charge is in the ledger once, budgets hold, and the counters say the same",
  async (when) => {
    const first = openLedger(postgres.url, money);
    // Redis sells without a limit; the database admits 700 prices of one shop.
    const limits = shops.map((shop) =>
      shop.advertiserId === 7 ? { ...shop, totalBudgetMicros: 700 * 5_000 } : shop,
    );
    await storeCampaigns(first.db, limits);
    await first.drainer.runOnce();
    await charge(2_400);
    const ledger = stoppingLedger(first.ledger, when, () => postgres.stop());
    const dying = createLedgerDrainer({ ledger, buckets: money.buckets, now: () => noonMs });
    await expect(dying.runOnce()).rejects.toThrow();
    await first.close();

    postgres = await startPostgresHere();
    const second = openLedger(postgres.url, money);
    const unwritten = await second.db.executeQuery(sql`select from ledger`.compile(second.db));
    expect(unwritten.rows).toEqual([]);
    await charge(3);
    while ((await second.drainer.runOnce()) > 0);
    const { rows } = await sql`
      select campaign_id, count(*) as rows, sum(amount_micros)::bigint as micros, count(uncharged_reason) as uncharged
      from ledger group by campaign_id order by campaign_id`.execute(second.db);
    expect(rows).toEqual([
      { campaign_id: 70, rows: 801, micros: 700 * 5_000, uncharged: 101 },
      { campaign_id: 80, rows: 801, micros: 801 * 5_000, uncharged: 0 },
      { campaign_id: 90, rows: 801, micros: 801 * 5_000, uncharged: 0 },
    ]);

    const { runOnce } = createReconcileBudgets({
      ledger: second.ledger,
      buckets: money.buckets,
      now: () => noonMs,
      pauseMs: 0,
    });
    for (let pass = 0; pass < 16; pass++) await runOnce();
    expect((await money.counters(70)).s).toBe(String(700 * 5_000));
    expect(await money.redis.hget("{m8}:a:8", "s")).toBe(String(801 * 5_000));
    await second.close();
  },
);
