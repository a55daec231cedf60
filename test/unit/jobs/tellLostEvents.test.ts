import { beforeEach, expect, test } from "vitest";
import { createTellLostEvents } from "../../../src/jobs/tellLostEvents.ts";
import type { Ledger, LedgerSession } from "../../../src/serving/ledgerPorts.ts";
import { trackedEventId } from "../../../src/serving/ledgerRow.ts";
import { createRecentEvents } from "../../../src/serving/recentEvents.ts";
import type { SpooledEvent } from "../../../src/serving/recordEvent.ts";
import { claimsOf, winner } from "../../support/money.ts";

/** An impression of an advertiser, whose money is in the bucket of the same number. */
const seen = (advertiserId: number, occurredAtMs: number): SpooledEvent => ({
  kind: "impression",
  claims: claimsOf(winner({ advertiserId })),
  occurredAtMs,
});
const idOf = ({ kind, claims }: SpooledEvent) => trackedEventId(kind, claims);

let runs: Map<number, string>;
let closed: Set<number>;
let inLedger: Set<string>;
let isBusy: boolean;
let told: SpooledEvent[];
let nowMs: number;
let recent: ReturnType<typeof createRecentEvents>;
let tellLost: () => Promise<number>;
beforeEach(async () => {
  runs = new Map(Array.from({ length: 64 }, (_, bucket) => [bucket, "first"]));
  closed = new Set();
  inLedger = new Set();
  isBusy = false;
  told = [];
  nowMs = 100_000;
  recent = createRecentEvents();
  const session: Pick<LedgerSession, "knownEvents"> = {
    knownEvents: async (ids) => new Set(ids.filter((id) => inLedger.has(id))),
  };
  const ledger: Pick<Ledger, "exclusively"> = {
    exclusively: async (work) =>
      isBusy ? { ran: false } : { ran: true, result: await work(session as LedgerSession) },
  };
  tellLost = createTellLostEvents({
    recent,
    runOf: (bucket) => runs.get(bucket) ?? null,
    isOpen: async (bucket) => !closed.has(bucket),
    ledger,
    spool: (event) => void told.push(event),
    nowMs: () => nowMs,
  });
  await tellLost();
});

test("what the old server of a bucket had counted last, and the ledger does not have, is told again, once", async () => {
  const [early, written, lost] = [seen(7, 80_000), seen(7, 99_000), seen(7, 99_500)];
  const elsewhere = seen(8, 99_500);
  for (const event of [early, written, lost, elsewhere]) recent.add(event);
  inLedger.add(idOf(written));
  runs.set(7, "second");
  expect(await tellLost()).toBe(1);
  expect(told).toEqual([lost]);
  expect(await tellLost()).toBe(0);
  expect(told).toEqual([lost]);
});

test("as long as the bucket is not rebuilt, or others move charges, or nobody answers for it, it waits", async () => {
  const lost = seen(7, 99_900);
  recent.add(lost);
  runs.delete(7);
  nowMs = 130_000;
  expect(await tellLost()).toBe(0);
  runs.set(7, "second");
  closed.add(7);
  expect(await tellLost()).toBe(0);
  closed.clear();
  isBusy = true;
  expect(await tellLost()).toBe(0);
  isBusy = false;
  expect(await tellLost()).toBe(1);
  expect(told).toEqual([lost]);
});

test("a server that is still the same is believed", async () => {
  recent.add(seen(7, 99_900));
  nowMs = 101_000;
  expect(await tellLost()).toBe(0);
  expect(told).toEqual([]);
});

test("the last 5,000 events are remembered", () => {
  for (let atMs = 1; atMs <= 6_000; atMs++) recent.add(seen(7, atMs));
  const times = recent.ofBucket(7, 0).map(({ occurredAtMs }) => occurredAtMs);
  expect(times).toHaveLength(5_000);
  expect(Math.min(...times)).toBe(1_001);
});
