import pg from "pg";
import { createSeededRandom } from "../../../src/audience/models/seededRandom.ts";
import { type FeatureTable, featureTables } from "../../../src/stores/lake/scoring/featureSteps.ts";
import {
  openScoringEngine,
  type ScoringEngine,
} from "../../../src/stores/lake/scoring/scoringEngine.ts";

/** An engine that runs statements of the warehouse. */
export interface SqlEngine {
  readonly run: (sql: string, values?: readonly string[]) => Promise<void>;
  readonly rows: (
    sql: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly emptyTable: (table: FeatureTable) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ActivityRow {
  readonly visitorKey: string;
  readonly occurredAt: string;
  readonly kind: string;
  readonly category: string | null;
  readonly priceMicros: number | null;
  readonly inseeCode: string | null;
}

const categories = ["vehicules/voitures", "vehicules/motos", "immobilier/ventes", "maison/jardin"];
const kinds = ["page_view", "search", "listing_view", "listing_view", "contact", "deposit"];
const communes = ["87085", "87154", "19272", "2A004", "97105"];

/** What `visitors` did in the days before and the week after `asOfMs`, `each` events each; the same seed gives the same. */
export function randomActivity(options: {
  readonly visitors: number;
  readonly each: number;
  readonly asOfMs: number;
  readonly seed: number;
}): readonly ActivityRow[] {
  const random = createSeededRandom(options.seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: options.visitors * options.each }, (_, index) => {
    const visitor = index % options.visitors;
    const daysBefore = random() < 0.3 ? -7 * random() : 120 * random() ** 2;
    const favourite = categories[visitor % categories.length]!;
    const category = random() < 0.1 ? null : random() < 0.6 ? favourite : pick(categories);
    return {
      visitorKey: `v${String(visitor).padStart(21, "0")}`,
      occurredAt: new Date(options.asOfMs - Math.round(daysBefore * 86_400_000)).toISOString(),
      kind: pick(kinds),
      category,
      priceMicros: random() < 0.5 ? Math.round(1e6 + 4e7 * random() * (1 + (visitor % 3))) : null,
      inseeCode: random() < 0.8 ? pick(communes) : null,
    };
  });
}

/** Replaces the table `visitor_activity`. */
export async function fillActivity(engine: SqlEngine, rows: readonly ActivityRow[]): Promise<void> {
  await engine.emptyTable("visitor_activity");
  const text = (value: string | number | null) => (value === null ? "null" : `'${value}'`);
  const values = rows.map(
    (row) =>
      `('${row.visitorKey}', cast('${row.occurredAt.slice(0, 23).replace("T", " ")}' as timestamp), '${row.kind}', ${text(row.category)}, null, ${row.priceMicros ?? "null"}, ${text(row.inseeCode)})`,
  );
  await engine.run(`insert into visitor_activity values ${values.join(", ")}`);
}

export async function openDuckDb(): Promise<
  SqlEngine & Pick<ScoringEngine, "connection" | "interrupt">
> {
  const engine = await openScoringEngine({
    threads: 1,
    memoryMegabytes: 256,
    spillFolder: "/tmp/atelier-test-spill",
  });
  return {
    ...engine,
    emptyTable: (table) =>
      engine.run(`create or replace temp table ${table} (${featureTables[table]})`),
    close: async () => engine.close(),
  };
}

export async function openPostgres(url: string): Promise<SqlEngine> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set time zone 'UTC'");
  return {
    async run(sql, values = []) {
      await client.query(sql, [...values]);
    },
    rows: async (sql, values = []) => (await client.query(sql, [...values])).rows,
    async emptyTable(table) {
      await client.query(`drop table if exists ${table}`);
      await client.query(`create temp table ${table} (${featureTables[table]})`);
    },
    close: () => client.end(),
  };
}

/** The rows of a table in an order of their own, figures as numbers. */
export async function tableRows(
  engine: SqlEngine,
  table: FeatureTable,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const names = featureTables[table].split(", ").map((column) => column.split(" ")[0] ?? "");
  const rows = await engine.rows(`select ${names.join(", ")} from ${table}`);
  const isText = (name: string) =>
    featureTables[table].split(", ").some((column) => column === `${name} varchar`);
  const plain = rows.map((row) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        isText(name) || row[name] === null ? row[name] : Number(row[name]),
      ]),
    ),
  );
  const keyOf = (row: Readonly<Record<string, unknown>>) =>
    names.map((name) => (isText(name) ? String(row[name]) : "")).join("\t") +
    String(row.segment_id ?? "");
  return plain.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** How far two tables of the same rows are apart in their figures, at most; null = their rows are others. */
export function furthestApart(
  one: readonly Readonly<Record<string, unknown>>[],
  other: readonly Readonly<Record<string, unknown>>[],
): number | null {
  if (one.length !== other.length) return null;
  let furthest = 0;
  for (const [index, row] of one.entries())
    for (const [name, value] of Object.entries(row)) {
      const there = other[index]?.[name];
      if (typeof value === "number" && typeof there === "number")
        furthest = Math.max(furthest, Math.abs(value - there) / Math.max(1, Math.abs(value)));
      else if (value !== there) return null;
    }
  return furthest;
}
