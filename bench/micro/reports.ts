import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { createPlaceOf } from "../../src/compose/reports.ts";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { encodeAreaKey } from "../../src/geo/areaKeys.ts";
import { answerReport } from "../../src/reports/answerReport.ts";
import { addCode, createSketch, encodeSketch } from "../../src/reports/hyperLogLog.ts";
import { parseReportQuery } from "../../src/reports/parseReportQuery.ts";
import { facetDevices } from "../../src/serving/eventFacets.ts";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import { createPostgresLedger } from "../../src/stores/postgres/ledger.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { createReportReads } from "../../src/stores/postgres/reportReads.ts";
import { rollUpReports } from "../../src/stores/postgres/reportRollup.ts";
import { storeCampaigns } from "../../test/support/ledgerCampaigns.ts";
import { places } from "../support/campaigns.ts";

/**
 * What reports cost, on a durable Postgres: `node bench/micro/reports.ts [campaigns]`. A year of day sums of all campaigns,
 * the first of them large (200 rows and 30,000 people a day), is read in several ways; then events are written and summed.
 */
const campaigns = Number(process.argv[2] ?? 500);
const rounds = 20;
const directory = await mkdtemp(join(tmpdir(), "bench-reports-"));
await chmod(directory, 0o711);
const logFile = join(directory, "postgres.log");
const server = await startPostgres({ dataDir: directory, logFile, durable: true, log: () => {} });
await migrateToLatest(server.url);
const db = createDatabase({ url: server.url, maxConnections: 1, statementTimeoutMs: 0 });
await sql`set max_parallel_workers_per_gather = 0`.execute(db);
const backend = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);

/** Processor time of this process and of the one connection's backend, ms: what a busy machine does not stretch. Linux. */
async function processorMs(): Promise<number> {
  const stat = await readFile(`/proc/${backend.rows[0]!.pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat.split(") ")[1]!.split(" ").slice(11, 13).map(Number);
  return process.cpuUsage().user / 1_000 + (user + system) * 10;
}

async function fill(): Promise<void> {
  await storeCampaigns(
    db,
    Array.from({ length: campaigns }, (_, i) => ({ campaignId: i + 1, advertiserId: i + 1 })),
  );
  const keys = "campaign_id, advertiser_id, budget_day, creative_id, placement_id";
  const figures = "impressions, viewables, clicks, spend_micros";
  await sql`insert into report_days (${sql.raw(keys)}, device, category, ${sql.raw(figures)})
    select c, c, d::date, 1 + n % 2, 'place ' || n % 5, n % 4, n / 20, 20, 12, 1, 100000
    from generate_series(1, ${campaigns}::integer) c, generate_series('2025-06-01'::date, '2026-05-31', '1 day') d,
      lateral generate_series(0, case when c = 1 then 199 else 9 end) n`.execute(db);
  const whole = "campaign_id, advertiser_id, budget_day";
  await sql`insert into report_campaign_days (${sql.raw(whole)}, ${sql.raw(figures)})
    select ${sql.raw(whole)}, sum(impressions), sum(viewables), sum(clicks), sum(spend_micros)
    from report_days group by ${sql.raw(whole)}`.execute(db);
  const sketchOf = (people: number): string => {
    const sketch = createSketch();
    for (let i = 0; i < people; i++)
      addCode(
        sketch,
        Math.floor(Math.random() * 16_384) * 64 + 1 + Math.clz32(Math.random() * 2 ** 32),
      );
    return Buffer.from(encodeSketch(sketch)).toString("hex");
  };
  await sql`insert into report_reach (campaign_id, budget_day, advertiser_id, impressions, sketch)
    select c, d::date, c, 200, decode(case when c = 1 then ${sketchOf(30_000)} else ${sketchOf(100)} end, 'hex')
    from generate_series(1, ${campaigns}::integer) c, generate_series('2025-06-01'::date, '2026-05-31', '1 day') d`.execute(
    db,
  );
  for (const table of ["report_days", "report_campaign_days", "report_reach"])
    await sql`vacuum analyze ${sql.table(table)}`.execute(db);
}

const rights = { advertiserIds: null, isOperator: true };
const names = { devices: facetDevices, communeName: () => null };
const reads = createReportReads(db);

async function measure(what: string, given: Readonly<Record<string, string>>): Promise<void> {
  const year = { from: "2025-06-01", to: "2026-05-31", limit: "10000" };
  const query = parseReportQuery({ ...year, ...given }, rights, "json");
  const times: number[] = [];
  let rows = 0;
  let startedCpuMs = 0;
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) startedCpuMs = await processorMs();
    const startedMs = performance.now();
    rows = (await answerReport(query, rights, reads, names)).rows.length;
    if (round > 0) times.push(performance.now() - startedMs);
  }
  const cpuMs = ((await processorMs()) - startedCpuMs) / rounds;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!.toFixed(0);
  console.log(`| ${what} | ${rows} | ${at(0.5)} | ${at(0.95)} | ${cpuMs.toFixed(0)} |`);
}

async function measureWrites(): Promise<void> {
  const ledger = createPostgresLedger(db);
  const communes = [...places.communes.keys()];
  let events = 0;
  const batch = (withFacets: boolean) =>
    Array.from({ length: 1_000 }, (): LedgerRow => {
      const id = 1 + ((++events * 7_919) % campaigns);
      const area = encodeAreaKey("commune", communes[(id * 31 + (events % 7)) % communes.length]!);
      const facets = { device: 1 + (events % 3), category: events % 9, area, cell: -1 };
      return {
        eventId: `${randomUUID()}.0.impression`,
        kind: "impression",
        campaignId: id,
        advertiserId: id,
        creativeId: 1 + (events % 2),
        placementId: `place ${events % 5}`,
        budgetDay: "2026-06-01",
        amountMicros: 5_000,
        unchargedReason: null,
        occurredAtMs: Date.parse("2026-06-01T10:00:00Z") + events * 50,
        media: null,
        ...(withFacets
          ? { facets: { ...facets, reach: Math.floor(Math.random() * 2 ** 20) } }
          : {}),
      };
    });
  for (const withFacets of [false, true]) {
    const startedMs = performance.now();
    for (let i = 0; i < 20; i++)
      await ledger.exclusively((session) => session.append(batch(withFacets)));
    const ms = (performance.now() - startedMs) / 20;
    console.log(
      `| ledger, 1,000 events ${withFacets ? "with" : "without"} facets | ${ms.toFixed(0)} ms |`,
    );
  }
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage().user;
  let summed = 0;
  for (let more = true; more; ) {
    const outcome = await rollUpReports(db, createPlaceOf(places), 5);
    summed += outcome?.events ?? 0;
    more = (outcome?.batches ?? 0) > 0;
  }
  const ms = performance.now() - startedMs;
  const cpuMs = (process.cpuUsage().user - cpuBefore) / 1_000;
  console.log(
    `| summed | ${Math.round((summed * 1_000) / ms)} events/s, ${((cpuMs * 1_000) / summed).toFixed(0)} µs of Node's time each |`,
  );
}

try {
  await fill();
  console.log(
    "| a year, read | rows | median ms | p95 ms | processor ms |\n| --- | --- | --- | --- | --- |",
  );
  const year = { campaign: "1" };
  await measure("large campaign, by day, with people", { ...year, dimensions: "day" });
  await measure("large campaign, by creative and week", { ...year, dimensions: "creative,week" });
  await measure("large campaign, by device", { ...year, dimensions: "device" });
  await measure("large campaign, by category and day", { ...year, dimensions: "category,day" });
  await measure("small campaign, by day, with people", { campaign: "77", dimensions: "day" });
  await measure("small campaign, by device and day", { campaign: "77", dimensions: "device,day" });
  const measures = "impressions,clicks,spendMicros,ctr";
  await measure("every campaign, without people", { dimensions: "campaign", measures });
  await measure("every campaign, by week", { dimensions: "week", measures });
  await measure("every campaign, by device", { dimensions: "device", measures });
  await measureWrites();
} finally {
  await db.destroy();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
