import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServingEvent } from "../../src/serving/ports.ts";
import { createRecordEvent } from "../../src/serving/recordEvent.ts";
import { trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { asked, claimsOf, noonMs, openLedger, openMoney, winner } from "../support/money.ts";
import { freshDatabase, freshRedis } from "../support/servers.ts";
import { chargedOf } from "./ledger.ts";

test("a node that is killed between the claim of an event and its emission leaves the charge in the outbox: it is in the ledger once, and only the event stream misses it", async () => {
  const [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  const money = await openMoney(server.url);
  const books = openLedger(database.url, money);
  await storeCampaigns(books.db, [{ campaignId: 12, advertiserId: 7 }]);
  await books.drainer.runOnce();
  const request = winner({ decisionId: "between" });
  await money.holdBudgets([request], asked());

  const script = join(import.meta.dirname, "..", "support", "recordAndDie.ts");
  const child = spawn(process.execPath, [script, server.url, "between"], { stdio: "inherit" });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
  expect(await money.redis.xlen("{m7}:out")).toBe(1);

  // The browser heard nothing and tells it again, before and after the charge is written.
  const stream: ServingEvent[] = [];
  const { count } = createRecordEvent({
    keys: [trackingKeyFrom(Buffer.alloc(32))],
    record: money.record,
    emit: (event) => stream.push(event),
    spool: () => undefined,
  });
  expect(await count("impression", claimsOf(request), noonMs + 1_000)).toBe("duplicate");
  expect(await books.drainer.runOnce()).toBe(1);
  expect(await count("impression", claimsOf(request), noonMs + 2_000)).toBe("duplicate");
  expect(await books.drainer.runOnce()).toBe(0);
  expect(await chargedOf(books.db, 12)).toEqual({ impressions: 1, micros: 5_000, uncharged: 0 });
  expect(await money.counters()).toMatchObject({ s: "5000", h: "0" });
  expect(stream).toEqual([]);

  money.close();
  await books.close();
  await Promise.all([server.close(), database.drop()]);
});
