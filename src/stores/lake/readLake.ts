import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { retentionOf } from "../../audience/retention.ts";
import type { CampaignDayCounts, DayRange, LakeStorage } from "../../jobs/lakePorts.ts";
import { type LakeEngine, openEngine, relationOf } from "./duckdb.ts";
import { historyColumns, historyViewOf } from "./historyTable.ts";
import { type EventSchema, tableOf } from "./lakeTable.ts";
import { type Manifest, parseManifest, partKeys, readableKeys } from "./manifest.ts";

/** The statements of `warehouse/sql` over one state of the lake. */
export interface LakeReader {
  /** Runs a statement by the name of its file. */
  readonly run: (
    name: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Runs any other statement over the same views; parameters are `$1`, `$2` …. */
  readonly query: (
    sql: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Every row of a schema, ordered by the event's id: for small lakes. */
  readonly rows: (schema: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** When the newest of the tables was last added to; 0 = the lake is empty. */
  readonly writtenAtMs: number;
  /** Lines of event files that were no event. */
  readonly rejected: number;
  readonly close: () => void;
}

const statements = fileURLToPath(new URL("../../../warehouse/sql/", import.meta.url));

/**
 * Opens a lake for reading: a view for each schema, of the parts that count at this moment. What is added later is not seen;
 * the parts stay for an hour after they are replaced, so close it before.
 */
export async function openLakeReader(
  storage: LakeStorage,
  schemas: readonly EventSchema[],
): Promise<LakeReader> {
  const engine = await openEngine({
    file: ":memory:",
    memoryMegabytes: 512,
    spillFolder: `${tmpdir()}/atelier-lake-reader`,
  });
  const manifests: Manifest[] = [];
  for (const schema of schemas) {
    const text = await storage.readManifest(schema.$id);
    const manifest = text === null ? null : parseManifest(text);
    if (manifest !== null) manifests.push(manifest);
    await createView(engine, storage, schema, manifest);
  }
  return {
    run: async (name, values = []) =>
      engine.rows(await readFile(`${statements}${name}.sql`, "utf8"), values),
    query: engine.rows,
    rows: (schema) => engine.rows(`select * from ${schema.replace(".", "_")} order by event_id`),
    writtenAtMs: Math.max(0, ...manifests.map(({ writtenAtMs }) => writtenAtMs)),
    rejected: manifests
      .flatMap(({ rejects }) => rejects)
      .reduce((sum, { lines }) => sum + lines, 0),
    close: engine.close,
  };
}

async function createView(
  engine: LakeEngine,
  storage: LakeStorage,
  schema: EventSchema,
  manifest: Manifest | null,
): Promise<void> {
  const table = tableOf(schema);
  const keys = manifest === null ? [] : partKeys(manifest);
  const history = manifest === null ? [] : Object.values(manifest.history).map(({ key }) => key);
  await storage.fetch([...keys, ...history]);
  if (manifest !== null) await storage.forgetOthers(schema.$id, readableKeys(manifest));
  await engine.run(
    `create view ${table.viewName} as select * from ${relationOf(table.columns, keys.map(storage.addressOf))} as parts`,
  );
  if (retentionOf(schema.$id, table.columns)?.isAggregated !== true) return;
  await engine.run(
    `create view ${historyViewOf(schema.$id)} as select * from ${relationOf(historyColumns, history.map(storage.addressOf))} as parts`,
  );
}

/** The lake's counts of budget days, ordered by day and campaign. */
export async function readLakeCounts(
  reader: LakeReader,
  { from, to }: DayRange,
): Promise<readonly CampaignDayCounts[]> {
  const rows = await reader.run("campaign_days", [from, to]);
  return rows.map((row) => ({
    day: String(row.budget_day),
    campaignId: Number(row.campaign_id),
    impressions: Number(row.impressions),
    viewables: Number(row.viewables),
    clicks: Number(row.clicks),
    conversions: Number(row.conversions),
    spendMicros: Number(row.spend_micros),
  }));
}
