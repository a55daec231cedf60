import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../src/embedded/postgres.ts";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { storeCampaigns } from "../../test/support/ledgerCampaigns.ts";
import { noonMs } from "../../test/support/money.ts";

/**
 * What admission costs: `node bench/micro/ledger.ts`. Batches of 1,000 rows of 500 campaigns, each batch committed to disk
 * before the next one leaves, on a ledger that grows from nothing.
 */
const directory = await mkdtemp(join(tmpdir(), "bench-ledger-"));
await chmod(directory, 0o711);
const server = await startPostgres({
  dataDir: directory,
  logFile: join(directory, "postgres.log"),
  durable: true,
  log: () => undefined,
});
await migrateToLatest(server.url);
const db = createDatabase({ url: server.url, maxConnections: 8, statementTimeoutMs: 60_000 });

const campaigns = 500;
const batchRows = 1_000;
const campaignOf = (index: number) => ({ campaignId: index + 1, advertiserId: 1 + (index % 100) });
const limitAll = (totalBudgetMicros: number) =>
  storeCampaigns(
    db,
    Array.from({ length: campaigns }, (_, index) => ({ ...campaignOf(index), totalBudgetMicros })),
  );
let events = 0;
const nextBatch = (changes: Partial<LedgerRow> = {}): readonly LedgerRow[] =>
  Array.from({ length: batchRows }, () => {
    const event = ++events;
    return {
      eventId: `5f0c4f0e-8a3b-4c55-9f3b-${String(event).padStart(12, "0")}.0.impression`,
      kind: "impression",
      ...campaignOf((event * 7919) % campaigns),
      creativeId: event % 1_500,
      placementId: "top",
      budgetDay: "2026-06-01",
      amountMicros: 5_000,
      unchargedReason: null,
      occurredAtMs: noonMs + event,
      media: null,
      ...changes,
    } as const;
  }).map((row) => (row.creativeId === 0 ? { ...row, creativeId: 1 } : row));

async function measure(what: string, batches: number, run: () => Promise<unknown>): Promise<void> {
  await run();
  const startedAtMs = performance.now();
  for (let batch = 0; batch < batches; batch++) await run();
  const ms = performance.now() - startedAtMs;
  const rate = Math.round((batches * batchRows * 1_000) / ms);
  console.log(`| ${what} | ${(ms / batches).toFixed(1)} | ${rate} |`);
}

console.log("| 1,000 rows | ms a batch | rows/s |\n| --- | ---: | ---: |");
await limitAll(1e12);
await measure("all admitted", 60, () => admitToLedger(db, nextBatch()));
await measure("all admitted, each with a media side", 30, () => {
  const media = { ssp: "exchange.example", priceMicros: 4_000, currency: "USD" };
  const rate = { unitsPerEuro: 1.25, rateDate: "2026-06-01", costMicros: 3_200 };
  return admitToLedger(db, nextBatch({ media: { ...media, ...rate } }));
});
const known = nextBatch();
await measure("all known already", 30, () => admitToLedger(db, known));
await measure("one row breaks a rule", 5, () => {
  const [first, ...others] = nextBatch();
  return admitToLedger(db, [{ ...first!, amountMicros: -1 }, ...others]);
});
await limitAll(10_000);
await measure("all over budget", 30, () => admitToLedger(db, nextBatch()));
await limitAll(1e12);
await measure("all admitted, eight writers at once", 10, () =>
  Promise.all(Array.from({ length: 8 }, () => admitToLedger(db, nextBatch()))),
);
console.log("(of the last one: ms and rows/s of one writer; eight of them in all)");

await db.destroy();
await server.stop();
await rm(directory, { recursive: true, force: true });
