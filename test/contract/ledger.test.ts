import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { oneAtATime } from "../../src/jobs/oneAtATime.ts";
import { rebuildBudgets } from "../../src/jobs/rebuildBudgets.ts";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import type { HoldOutcome } from "../../src/serving/ports.ts";
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
import {
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let database: TestDatabase;
let money: Money;
let books: ReturnType<typeof openLedger>;

beforeEach(async () => {
  [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  money = await openMoney(server.url);
  books = openLedger(database.url, money);
  const ofThree = [7, 8, 9].map((id) => ({ campaignId: id * 10, advertiserId: id }));
  await storeCampaigns(books.db, [{ campaignId: 12, advertiserId: 7 }, ...ofThree]);
});
afterEach(async () => {
  await books.drainer.stop();
  money.close();
  await books.close();
  await Promise.all([server.close(), database.drop()]);
});

const row: LedgerRow = {
  eventId: "d1.0.impression",
  kind: "impression",
  campaignId: 12,
  advertiserId: 7,
  creativeId: 99,
  placementId: "top",
  budgetDay: "2026-06-01",
  amountMicros: 5_000,
  unchargedReason: null,
  occurredAtMs: noonMs,
  media: null,
};
const append = (rows: readonly LedgerRow[]) =>
  books.ledger.exclusively((session) => session.append(rows));
const sums = async () => {
  const result = await sql<Readonly<Record<string, unknown>>>`
    select campaign_id, budget_day, spent_micros, impressions, viewables, clicks, uncharged
    from campaign_days order by campaign_id, budget_day`.execute(books.db);
  return result.rows.map((each) => Object.values(each).join(" "));
};
const ledgerTotal = async (): Promise<string> => {
  const result = await sql<{ total: string }>`
    select count(*) || ' rows, ' || coalesce(sum(amount_micros), 0) || ' micros' as total from ledger`.execute(
    books.db,
  );
  return result.rows[0]?.total ?? "";
};
/** Holds and charges `count` impressions of a campaign, in several buckets. */
const spend = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    const advertiserId = 7 + (index % 3);
    const request = winner({ advertiserId, campaignId: advertiserId * 10 });
    await money.holdBudgets([request], asked());
    const outcome = await money.record("impression", claimsOf(request), noonMs);
    expect(outcome.status).toBe("counted");
  }
};
const unwritten = async (): Promise<number> => {
  const states = await money.buckets.tend(noonMs);
  return states.reduce((sum, state) => sum + state.unwritten, 0);
};
const outcomeOf = (outcomes: readonly HoldOutcome[]) =>
  outcomes.map((outcome) => (outcome.held ? "held" : outcome.reason)).join();

describe("the ledger", () => {
  it("writes each event once, and sums only what is new", async () => {
    const rows: readonly LedgerRow[] = [
      row,
      { ...row, eventId: "d1.0.viewable", kind: "viewable", amountMicros: 0 },
      { ...row, eventId: "d2.0.click", kind: "click", amountMicros: 0, unchargedReason: "balance" },
      { ...row, eventId: "d3.0.impression", budgetDay: "2026-06-02" },
    ];
    expect(await append(rows)).toEqual({ ran: true, result: 4 });
    expect(await append([...rows, { ...row, eventId: "d4.0.impression" }])).toEqual({
      ran: true,
      result: 1,
    });
    expect(await append([row, row, row])).toEqual({ ran: true, result: 0 });
    expect(await sums()).toEqual(["12 2026-06-01 10000 2 1 1 1", "12 2026-06-02 5000 1 0 0 0"]);
  });

  it("takes the same event twice in one batch as one", async () => {
    expect(await append([row, row])).toEqual({ ran: true, result: 1 });
    expect(await sums()).toEqual(["12 2026-06-01 5000 1 0 0 0"]);
  });

  it("can be added to, never changed", async () => {
    await append([row]);
    for (const change of [
      "update ledger set amount_micros = 0",
      "delete from ledger",
      "truncate ledger",
    ])
      await expect(sql.raw(change).execute(books.db)).rejects.toThrow(/append-only/);
    expect(await ledgerTotal()).toBe("1 rows, 5000 micros");
  });

  it("lets one at a time move charges", async () => {
    const outcome = await books.ledger.exclusively(() => append([row]));
    expect(outcome).toEqual({ ran: true, result: { ran: false } });
    expect(await append([row])).toEqual({ ran: true, result: 1 });
  });

  it("lets the jobs of one process wait for each other, also after one that failed", async () => {
    const ledger = oneAtATime(books.ledger);
    const failing = ledger.exclusively(() => Promise.reject(new Error("no")));
    const both = Promise.all([
      ledger.exclusively((session) => session.append([row])),
      ledger.exclusively((session) => session.append([row])),
    ]);
    await expect(failing).rejects.toThrow("no");
    expect(await both).toEqual([
      { ran: true, result: 1 },
      { ran: true, result: 0 },
    ]);
  });

  it("knows no visitor", async () => {
    const result = await sql<{ column_name: string }>`
      select column_name from information_schema.columns where table_name in ('ledger', 'campaign_days')`.execute(
      books.db,
    );
    expect(
      result.rows.map((each) => each.column_name).filter((name) => /visitor|address|ip/.test(name)),
    ).toEqual([]);
  });
});

describe("the drainer", () => {
  it("opens the buckets of an empty house, and writes what is charged", async () => {
    expect(outcomeOf(await money.holdBudgets([winner()], asked()))).toBe("unavailable");
    await books.drainer.runOnce();
    await spend(30);
    expect(books.drainer.outboxState()).toEqual({ unwritten: 0, oldestAgeMs: 0, pausePaid: false });
    expect(await books.drainer.runOnce()).toBe(30);
    expect(await unwritten()).toBe(0);
    expect(await sums()).toEqual([7, 8, 9].map((id) => `${id * 10} 2026-06-01 50000 10 0 0 0`));
    expect(await books.drainer.runOnce()).toBe(0);
  });

  it("runs by itself, on several nodes at once, without counting twice", async () => {
    const second = openLedger(database.url, money);
    books.drainer.start();
    second.drainer.start();
    await until(
      async () => (await money.redis.exists("{m7}:epoch", "{m8}:epoch", "{m9}:epoch")) === 3,
    );
    await spend(60);
    await until(async () => (await unwritten()) === 0);
    // An entry is deleted after its row has been committed, so an empty outbox means a full ledger.
    await second.drainer.stop();
    await second.close();
    expect(await ledgerTotal()).toBe("60 rows, 300000 micros");
    expect((await sums()).length).toBe(3);
  });

  it.each(["before_insert", "before_commit", "after_commit", "halfway_through_removal"])(
    "killed %s loses nothing and doubles nothing",
    async (step) => {
      await books.drainer.runOnce();
      await spend(40);
      const script = join(import.meta.dirname, "..", "support", "drainAndDie.ts");
      const child = spawn(process.execPath, [script, server.url, database.url, step], {
        stdio: "inherit",
      });
      const [, signal] = await once(child, "exit");
      expect(signal).toBe("SIGKILL");
      if (step !== "halfway_through_removal") expect(await unwritten()).toBe(40);
      // The lock of the killed process goes with its connection.
      await until(async () => {
        await books.drainer.runOnce();
        return (await unwritten()) === 0;
      });
      expect(await ledgerTotal()).toBe("40 rows, 200000 micros");
      expect((await sums()).map((line) => Number(line.split(" ")[2])).reduce((a, b) => a + b)).toBe(
        200_000,
      );
    },
  );

  it("keeps everything while Postgres is away, and says when that is too much", async () => {
    await books.drainer.runOnce();
    await spend(3);
    const away = openLedger("postgres://nobody@127.0.0.1:1/none", money, () => noonMs + 600_001);
    await expect(away.drainer.runOnce()).rejects.toThrow();
    expect(away.drainer.outboxState()).toEqual({
      unwritten: 3,
      oldestAgeMs: 600_001,
      pausePaid: true,
    });
    await away.close();
    expect(outcomeOf(await money.holdBudgets([winner()], asked({ nowMs: noonMs + 600_000 })))).toBe(
      "held",
    );
    expect(outcomeOf(await money.holdBudgets([winner()], asked({ nowMs: noonMs + 600_001 })))).toBe(
      "unavailable",
    );
    expect(await books.drainer.runOnce()).toBe(3);
    expect(outcomeOf(await money.holdBudgets([winner()], asked({ nowMs: noonMs + 600_001 })))).toBe(
      "held",
    );
  });

  it("is not stopped by an entry that nobody can read", async () => {
    await books.drainer.runOnce();
    await money.redis.xadd("{m7}:out", "*", "t", noonMs, "event", "nonsense");
    await spend(3);
    expect(await books.drainer.runOnce()).toBe(3);
    expect(await unwritten()).toBe(0);
    const rejects = await sql<{ line: string }>`select line from ledger_rejects`.execute(books.db);
    expect(rejects.rows).toEqual([{ line: expect.stringContaining('"nonsense"') }]);
  });
});

describe("a Redis that lost its state", () => {
  const budget = { totalBudgetMicros: 15_000, dailyBudgetMicros: 15_000, balanceMicros: 15_000 };
  const hold = async () => outcomeOf(await money.holdBudgets([winner(budget)], asked()));
  /** The server dies, and starts with what it last saved. */
  const restartFromPicture = async () => {
    await server.crash();
    await until(() => money.redis.status !== "ready");
    await server.restart();
    await until(() => money.redis.status === "ready");
  };
  const holdAndCharge = async () => {
    const request = winner(budget);
    expect(outcomeOf(await money.holdBudgets([request], asked()))).toBe("held");
    expect((await money.record("impression", claimsOf(request), noonMs)).status).toBe("counted");
  };

  it("serves nothing paid until it is rebuilt from the ledger, and then not a micro too much", async () => {
    await books.drainer.runOnce();
    await holdAndCharge();
    await holdAndCharge();
    await books.drainer.runOnce();
    await money.redis.flushall();
    expect(await hold()).toBe("unavailable");
    await books.drainer.runOnce();
    expect(await money.counters()).toEqual({ s: "10000", h: "0", "s:2026-06-01": "10000" });
    expect(await money.redis.hget("{m7}:a:7", "s")).toBe("10000");
    expect([await hold(), await hold()]).toEqual(["held", "total_budget"]);
  });

  it("writes the outbox that is left before it counts", async () => {
    await books.drainer.runOnce();
    await holdAndCharge();
    await holdAndCharge();
    await money.redis.del("{m7}:epoch", "{m7}:b:12", "{m7}:a:7");
    await rebuildBudgets({ ledger: books.ledger, buckets: money.buckets }, [7], noonMs);
    expect(await ledgerTotal()).toBe("2 rows, 10000 micros");
    expect([await hold(), await hold()]).toEqual(["held", "total_budget"]);
  });

  it("forgets open holds: their events are charged afresh", async () => {
    await books.drainer.runOnce();
    const request = winner(budget);
    await money.holdBudgets([request], asked());
    await money.redis.set("{m7}:epoch", "another life of the server");
    await books.drainer.runOnce();
    expect((await money.counters()).h).toBeUndefined();
    expect(await hold()).toBe("held");
    expect((await money.record("impression", claimsOf(request), noonMs)).status).toBe("counted");
    expect(await money.counters()).toMatchObject({ s: "5000", h: "5000" });
  });

  it("stays closed while Postgres is away", async () => {
    const away = openLedger("postgres://nobody@127.0.0.1:1/none", money);
    await expect(away.drainer.runOnce()).rejects.toThrow();
    expect(await hold()).toBe("unavailable");
    await away.close();
    await books.drainer.runOnce();
    expect(await hold()).toBe("held");
  });

  it("that comes back with an older picture of itself sells nothing and counts nothing, even while Postgres is away", async () => {
    await books.drainer.runOnce();
    await holdAndCharge();
    const waiting = winner(budget);
    await money.holdBudgets([waiting], asked());
    await money.redis.save();
    expect((await money.record("impression", claimsOf(waiting), noonMs)).status).toBe("counted");
    await holdAndCharge();
    await books.drainer.runOnce();
    expect(await hold()).toBe("total_budget");

    const away = openLedger("postgres://nobody@127.0.0.1:1/none", money);
    await restartFromPicture();
    expect(await money.counters()).toMatchObject({ s: "5000", h: "5000" });
    expect(await money.redis.exists("{m7}:epoch")).toBe(1);
    expect(await hold()).toBe("unavailable");
    const replay = await money.record("impression", claimsOf(waiting), noonMs);
    expect(replay.status).toBe("unavailable");

    await expect(away.drainer.runOnce()).rejects.toThrow();
    await away.close();
    expect(await money.redis.exists("{m7}:epoch")).toBe(0);
    await books.drainer.runOnce();
    expect(await hold()).toBe("total_budget");
    expect(await ledgerTotal()).toBe("3 rows, 15000 micros");
  });

  it("that goes back in time while it is rebuilt does not open with what it forgot", async () => {
    await books.drainer.runOnce();
    await money.redis.del("{m7}:epoch");
    await money.buckets.close(7, "first");
    await money.redis.save();
    const spending = {
      campaignId: 12,
      advertiserId: 7,
      spentMicros: 15_000,
      spentByDay: new Map(),
    };
    expect(await money.buckets.setCounters(7, "first", [spending], "2026-05-29")).toBe(true);
    await restartFromPicture();
    expect(await money.counters()).toEqual({});
    expect(await money.buckets.open(7, "first")).toBe(false);
    expect(await hold()).toBe("unavailable");
  });

  it("that is lost again while it is rebuilt does not open with what was read before", async () => {
    await books.drainer.runOnce();
    await money.redis.del("{m7}:epoch");
    await money.buckets.close(7, "first");
    await money.redis.flushall();
    const stale = { campaignId: 12, advertiserId: 7, spentMicros: 0, spentByDay: new Map() };
    expect(await money.buckets.setCounters(7, "first", [stale], "2026-05-29")).toBe(false);
    expect(await money.buckets.open(7, "first")).toBe(false);
    expect(await hold()).toBe("unavailable");
  });

  it("is rebuilt with many campaigns, each with its own", async () => {
    const rows = Array.from({ length: 1_200 }, (_, index) => ({
      ...row,
      eventId: `many${index}`,
      campaignId: 1_000 + (index % 600),
      budgetDay: index < 600 ? "2026-06-01" : "2026-04-01",
      amountMicros: index + 1,
    }));
    await storeCampaigns(
      books.db,
      rows.slice(0, 600).map(({ campaignId }) => ({ campaignId, advertiserId: 7 })),
    );
    await append(rows);
    await books.drainer.runOnce();
    expect(await money.counters(1_000)).toEqual({ s: "602", "s:2026-06-01": "1", h: "0" });
    expect(await money.counters(1_599)).toEqual({ s: "1800", "s:2026-06-01": "600", h: "0" });
    expect(await money.redis.hget("{m7}:a:7", "s")).toBe(String((1_200 * 1_201) / 2));
  });
});
