import { type Kysely, sql, type Transaction } from "kysely";
import type {
  AccountTimeZone,
  ImportedDay,
  Importer,
  SspAccounts,
  SspDay,
} from "../../reports/sspAccounts.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

interface SumsRow {
  readonly day: string;
  readonly currency: string;
  readonly billed: number;
  readonly price_micros: number;
  readonly cost_micros: number;
  readonly house_billed: number;
  readonly house_micros: number;
  readonly risk_cost_micros: number;
  readonly risk_charged_micros: number;
  readonly shown: number;
  readonly charged_micros: number;
}

const sumColumns = [
  "billed",
  "price_micros",
  "cost_micros",
  "house_billed",
  "house_micros",
  "risk_cost_micros",
  "risk_charged_micros",
  "shown",
  "charged_micros",
] as const;

/** The accounts of SSPs in Postgres. */
export function createSspAccounts(db: Kysely<Database>): SspAccounts {
  return {
    readDays: (ssp, fromDay, toDay, timeZone) =>
      withPublicFaults(() => readDays(db, ssp, fromDay, toDay, timeZone)),
    saveReport: (ssp, days, timeZone, importer) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => saveReport(trx, ssp, days, timeZone, importer)),
      ),
    readReport: (ssp, fromDay, toDay) =>
      withPublicFaults(() => readReport(db, ssp, fromDay, toDay)),
  };
}

async function saveReport(
  trx: Transaction<Database>,
  ssp: string,
  days: Parameters<SspAccounts["saveReport"]>[1],
  timeZone: AccountTimeZone,
  importer: Importer,
): Promise<void> {
  const column = <Key extends keyof (typeof days)[number]>(key: Key) => days.map((one) => one[key]);
  await sql`
    insert into ssp_report_days (ssp, day, currency, time_zone, impressions, spend_micros, imported_by)
    select ${ssp}, day, currency, ${timeZone}, impressions, spend, ${importer.label}
    from unnest(${column("day")}::date[], ${column("currency")}::text[], ${column("impressions")}::bigint[],
      ${column("spendMicros")}::bigint[]) as d (day, currency, impressions, spend)
    on conflict (ssp, day, currency) do update set time_zone = excluded.time_zone,
      impressions = excluded.impressions, spend_micros = excluded.spend_micros,
      imported_by = excluded.imported_by, imported_at = excluded.imported_at`.execute(trx);
  const { rows } = await sql<{ readonly id: number }>`
    select id from ssps where name = ${ssp}`.execute(trx);
  const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))].sort();
  const after = { reportImported: { timeZone, days: days.length, months } };
  const entries = rows.map(({ id }) => ({ id, before: null, after }));
  await insertAudit(trx, "ssp", entries, importer);
}

async function readDays<DB>(
  db: Kysely<DB>,
  ssp: string,
  fromDay: string,
  toDay: string,
  timeZone: AccountTimeZone,
): Promise<readonly SspDay[]> {
  const sums = sumColumns.map(
    (column) => sql`sum(${sql.ref(column)})::bigint as ${sql.ref(column)}`,
  );
  const { rows } = await sql<SumsRow>`
    select (hour at time zone ${timeZone})::date as day, currency, ${sql.join(sums)} from ssp_hours
    where ssp = ${ssp} and hour >= (${fromDay}::date)::timestamp at time zone ${timeZone}
      and hour < (${toDay}::date + 1)::timestamp at time zone ${timeZone}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows.map(rowToDay);
}

function rowToDay(row: SumsRow): SspDay {
  return {
    day: row.day,
    currency: row.currency,
    billed: row.billed,
    priceMicros: row.price_micros,
    costMicros: row.cost_micros,
    houseBilled: row.house_billed,
    houseMicros: row.house_micros,
    riskCostMicros: row.risk_cost_micros,
    riskChargedMicros: row.risk_charged_micros,
    shown: row.shown,
    chargedMicros: row.charged_micros,
  };
}

async function readReport<DB>(
  db: Kysely<DB>,
  ssp: string,
  fromDay: string,
  toDay: string,
): Promise<readonly ImportedDay[]> {
  const { rows } = await sql<{
    readonly day: string;
    readonly currency: string;
    readonly time_zone: AccountTimeZone;
    readonly impressions: number;
    readonly spend_micros: number;
    readonly imported_at: Date;
  }>`select day, currency, time_zone, impressions, spend_micros, imported_at from ssp_report_days
    where ssp = ${ssp} and day between ${fromDay}::date and ${toDay}::date order by day, currency`.execute(
    db,
  );
  return rows.map((row) => ({
    day: row.day,
    currency: row.currency,
    timeZone: row.time_zone,
    impressions: row.impressions,
    spendMicros: row.spend_micros,
    importedAt: row.imported_at.toISOString(),
  }));
}

/** What SSPs have billed and what of it the house pays since a time, micros of a euro, by SSP. For metrics. */
export async function readHouseAccounts<DB>(
  db: Kysely<DB>,
  sinceMs: number,
): Promise<
  readonly { readonly ssp: string; readonly costMicros: number; readonly houseMicros: number }[]
> {
  const { rows } = await sql<{ ssp: string; cost: number; house: number }>`
    select ssp, sum(cost_micros)::bigint as cost, sum(house_micros)::bigint as house from ssp_hours
    where hour >= ${new Date(sinceMs)} group by ssp order by ssp`.execute(db);
  return rows.map(({ ssp, cost, house }) => ({ ssp, costMicros: cost, houseMicros: house }));
}
