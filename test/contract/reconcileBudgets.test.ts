import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReconcileBudgets } from "../../src/jobs/reconcileBudgets.ts";
import type { CounterChange, Ledger } from "../../src/serving/ledgerPorts.ts";
import { createLedgerBooks } from "../../src/stores/postgres/ledgerBooks.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import {
  asked,
  claimsOf,
  type Money,
  noonMs,
  openLedger,
  openMoney,
  winner,
} from "../support/money.ts";
import {
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../support/servers.ts";

let server: TestRedis;
let database: TestDatabase;
let money: Money;
let books: ReturnType<typeof openLedger>;
let repairs: CounterChange[];
let compared: number[];

beforeEach(async () => {
  [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  money = await openMoney(server.url);
  books = openLedger(database.url, money);
  repairs = [];
  compared = [];
  await storeCampaigns(books.db, [
    { campaignId: 12, advertiserId: 7 },
    { campaignId: 13, advertiserId: 7 },
    { campaignId: 80, advertiserId: 8 },
  ]);
  await books.drainer.runOnce();
});
afterEach(async () => {
  await books.drainer.stop();
  money.close();
  await books.close();
  await Promise.all([server.close(), database.drop()]);
});

const reconciler = (pauseMs = 0, ledger: Ledger = books.ledger) =>
  createReconcileBudgets({
    ledger,
    buckets: money.buckets,
    now: () => noonMs,
    pauseMs,
    onRepaired: (_bucket, changes) => repairs.push(...changes),
    onCompared: (bucket) => compared.push(bucket),
  });
/** All 64 buckets. */
const round = async (): Promise<number> => {
  const { runOnce } = reconciler();
  let repaired = 0;
  for (let pass = 0; pass < 16; pass++) repaired += await runOnce();
  return repaired;
};
const spend = async (count: number, campaignId = 12, advertiserId = 7): Promise<void> => {
  for (let index = 0; index < count; index++) {
    const request = winner({ campaignId, advertiserId });
    await money.holdBudgets([request], asked());
    const outcome = await money.record("impression", claimsOf(request), noonMs);
    expect(outcome.status).toBe("counted");
  }
};
const spentOf = async (campaignId = 12) => {
  const { s, "s:2026-06-01": today } = await money.counters(campaignId);
  return [s, today, await money.redis.hget("{m7}:a:7", "s")].map(Number);
};

describe("counters and ledger", () => {
  it("agree while everything goes well: written, half written and not written", async () => {
    await spend(5);
    await spend(2, 80, 8);
    expect(await round()).toBe(0);
    await books.drainer.runOnce();
    await spend(3);
    expect(await round()).toBe(0);
    expect(await spentOf()).toEqual([40_000, 40_000, 40_000]);
    expect(compared.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 128 }, (_, index) => Math.floor(index / 2)),
    );
  });

  it("agree when a drainer died after its commit: what is written and still in the outbox counts once", async () => {
    await spend(4);
    const entries = await money.buckets.readOutbox(7, null, 100);
    await books.ledger.exclusively((session) =>
      session.append(entries.flatMap(({ row }) => row ?? [])),
    );
    expect(await round()).toBe(0);
    await books.drainer.runOnce();
    expect(await round()).toBe(0);
    expect(await spentOf()).toEqual([20_000, 20_000, 20_000]);
  });

  it("agree while charges go on and others drain: nothing is taken for a difference that is only on its way", async () => {
    books.drainer.start();
    const { runOnce } = reconciler();
    let busy = true;
    const charging = Promise.all([spend(150), spend(150, 13), spend(150, 80, 8)]).finally(() => {
      busy = false;
    });
    while (busy) await runOnce();
    await charging;
    await books.drainer.stop();
    await books.drainer.runOnce();
    expect(await round()).toBe(0);
    expect(compared).toContain(7);
    expect(repairs).toEqual([]);
    expect(await spentOf()).toEqual([750_000, 750_000, 1_500_000]);
  });
});

describe("what differs", () => {
  it("leaves Redis too when the database did not admit it, and the budget may be sold by what is true", async () => {
    await spend(4);
    await storeCampaigns(books.db, [
      { campaignId: 12, advertiserId: 7, totalBudgetMicros: 10_000 },
    ]);
    await books.drainer.runOnce();
    expect(await spentOf()).toEqual([20_000, 20_000, 20_000]);
    expect(await round()).toBe(3);
    expect(await spentOf()).toEqual([10_000, 10_000, 10_000]);
    expect(repairs).toEqual([
      { counter: "campaign", id: 12, day: null, micros: -10_000 },
      { counter: "campaign", id: 12, day: "2026-06-01", micros: -10_000 },
      { counter: "advertiser", id: 7, day: null, micros: -10_000 },
    ]);
    expect(await round()).toBe(0);
  });

  it("is mended by the difference when a counter is lost or wrong, and holds stay as they are", async () => {
    await spend(4);
    await books.drainer.runOnce();
    await spend(1, 13);
    const open = winner();
    await money.holdBudgets([open], asked());
    await money.redis.hincrby("{m7}:b:12", "s", 7_777);
    await money.redis.hincrby("{m7}:a:7", "s", -25_000);
    await money.redis.del("{m7}:b:13");
    expect(await round()).toBe(4);
    expect(await spentOf(12)).toEqual([20_000, 20_000, 25_000]);
    expect(await spentOf(13)).toEqual([5_000, 5_000, 25_000]);
    expect((await money.counters()).h).toBe("5000");
    expect((await money.record("impression", claimsOf(open), noonMs)).status).toBe("counted");
    expect(await spentOf(12)).toEqual([25_000, 25_000, 30_000]);
    expect(await round()).toBe(0);
  });

  it("is found too where the ledger has nothing: a charge whose entry was lost, or cannot be read", async () => {
    await spend(1);
    await spend(1, 80, 8);
    await money.redis.del("{m8}:out");
    const [entry] = await money.buckets.readOutbox(7, null, 1);
    await money.redis.xdel("{m7}:out", entry?.entryId ?? "");
    await money.redis.xadd("{m7}:out", "*", "t", noonMs, "event", "nonsense", "micros", 5_000);
    expect(await round()).toBe(6);
    expect(await spentOf()).toEqual([0, 0, 0]);
    await books.drainer.runOnce();
    expect(await round()).toBe(0);
  });

  it("is left alone on days that the campaign has forgotten", async () => {
    const forgotten = ledgerRow({ budgetDay: "2026-05-30" });
    await spend(1);
    await money.redis.hset("{m7}:b:12", "o", "2026-05-31");
    await books.ledger.exclusively((session) => session.append([forgotten]));
    expect(await round()).toBe(2);
    expect(repairs.map(({ day }) => day)).toEqual([null, null]);
    expect(await money.redis.hexists("{m7}:b:12", "s:2026-05-30")).toBe(0);
  });
});

describe("comparing", () => {
  it("does not touch a bucket that is closed: it will be set from the ledger", async () => {
    await spend(2);
    await books.drainer.runOnce();
    await money.redis.hincrby("{m7}:b:12", "s", 1);
    await money.redis.del("{m7}:epoch");
    expect(await round()).toBe(0);
    expect(compared).not.toContain(7);
    expect(
      await money.buckets.changeCounters(7, [
        { counter: "campaign", id: 12, day: null, micros: 1 },
      ]),
    ).toBe(false);
    await books.drainer.runOnce();
    expect(await spentOf()).toEqual([10_000, 10_000, 10_000]);
  });

  it("waits while another node moves charges, and goes on where the nodes were, whichever it is", async () => {
    const { runOnce } = reconciler();
    await books.ledger.exclusively(async () => expect(await runOnce()).toBe(0));
    expect(compared).toEqual([]);
    await runOnce();
    await reconciler().runOnce();
    expect(compared).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("is done once in a while by all nodes together, not once by each", async () => {
    await reconciler(3_600_000).runOnce();
    await reconciler(3_600_000).runOnce();
    expect(compared).toEqual([0, 1, 2, 3]);
  });

  it("says which bucket cannot be read, and goes on with the others", async () => {
    await money.redis.set("{m7}:b:12", "a text where a hash should be");
    const { runOnce } = reconciler();
    await runOnce();
    await expect(runOnce()).rejects.toThrow(/WRONGTYPE/);
    await runOnce();
    expect(compared).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]);
  });

  it("goes on with the others too when it was the database that could not read one", async () => {
    const ledger: Ledger = {
      exclusively: (work) =>
        books.ledger.exclusively((session) =>
          work({
            ...session,
            spendingOf: (buckets, day) =>
              session.spendingOf(buckets, buckets.includes(2) ? "no day" : day),
          }),
        ),
    };
    const { runOnce } = reconciler(0, ledger);
    await expect(runOnce()).rejects.toThrow(/no day/);
    await runOnce();
    expect(compared).toEqual([0, 1, 3, 4, 5, 6]);
  });

  it("takes many campaigns of one shop in pieces", async () => {
    const many = Array.from({ length: 600 }, (_, index) => ({
      campaignId: 5_000 + index,
      advertiserId: 71,
    }));
    await storeCampaigns(books.db, many);
    const rows = many.map((each) => ledgerRow(each));
    await books.ledger.exclusively((session) => session.append(rows));
    // A total and a day each, and the shop once.
    expect(await round()).toBe(1_201);
    expect(await round()).toBe(0);
    expect(await money.redis.hget("{m7}:a:71", "s")).toBe(String(600 * 5_000));
  });
});

it("a Redis that lost everything is rebuilt with what was given back taken off", async () => {
  await spend(3);
  await books.drainer.runOnce();
  const ledgerBooks = createLedgerBooks(books.db, {
    moveCounters: (_advertiserId, changes) => money.buckets.changeCounters(7, changes),
    onError: (error) => {
      throw error;
    },
  });
  await ledgerBooks.giveCredit({
    entryEventId: "credit.12.a",
    campaignId: 12,
    eventId: null,
    day: "2026-06-01",
    amountMicros: 4_000,
    reason: "panne",
    givenBy: "test",
    apiKeyId: null,
  });
  expect(await spentOf()).toEqual([11_000, 11_000, 11_000]);
  expect(await round()).toBe(0);
  await money.redis.flushall();
  await books.drainer.runOnce();
  expect(await spentOf()).toEqual([11_000, 11_000, 11_000]);
  expect(await round()).toBe(0);
});
