import { appendFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CampaignDayCounts, LakePass, LakeStorage } from "../../src/jobs/lakePorts.ts";
import {
  type CompactionOptions,
  compactLake,
  defaultCompactionLimits,
} from "../../src/stores/lake/compactLake.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../src/stores/lake/folderStorage.ts";
import { hourOf } from "../../src/stores/lake/hours.ts";
import type { EventSchema } from "../../src/stores/lake/lakeTable.ts";
import { openLakeReader, readLakeCounts } from "../../src/stores/lake/readLake.ts";

export const lakeNoonMs = Date.UTC(2026, 5, 1, 12);
export const lakeHourMs = 3_600_000;
/** Later than anything that the tests' events may wait for. */
export const longAfterMs = lakeNoonMs + 20 * 365 * 24 * lakeHourMs;

/** An event as its line says it. */
export interface ToldEvent {
  readonly schema: string;
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The line of an event, without its newline. */
export function lineOf({ schema, eventId, occurredAtMs, payload }: ToldEvent): string {
  const occurredAt = new Date(occurredAtMs).toISOString();
  return JSON.stringify({ schema, eventId, occurredAt, payload });
}

/** Impressions and clicks of a few campaigns, `index` of them so many seconds after noon. */
export function adEvent(index: number, fields: Partial<ToldEvent> = {}): ToldEvent {
  const kind = index % 5 === 4 ? "click" : index % 5 === 3 ? "viewable" : "impression";
  const decisionId = `decision-${index}`;
  return {
    schema: "ad_event.v1",
    eventId: `${decisionId}.0.${kind}`,
    occurredAtMs: lakeNoonMs + index * 1_000,
    payload: {
      kind,
      decisionId,
      slot: 0,
      campaignId: 12 + (index % 3),
      creativeId: 99,
      advertiserId: 7,
      placementId: "top",
      pricing: "cpm",
      budgetDay: "2026-06-01",
      chargedMicros: kind === "impression" ? 5_000 + index : 0,
      unchargedReason: null,
      invalidTraffic: null,
    },
    ...fields,
  };
}

/** A folder with event files and a lake. */
export interface TestLake {
  readonly folder: string;
  readonly storage: LakeStorage;
  readonly events: string;
  readonly lake: string;
  /** Appends lines, whole, to the event file of an hour. */
  readonly write: (hour: string, lines: readonly string[], schema?: string) => Promise<void>;
  /** Appends each event to the file of its hour. */
  readonly tell: (events: readonly ToldEvent[]) => Promise<void>;
  readonly pass: (options?: Partial<CompactionOptions>) => Promise<LakePass>;
  /** The rows of a schema, ordered by id, without those that say how they came. */
  readonly rows: (schema?: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly counts: () => Promise<readonly CampaignDayCounts[]>;
  /** Event files that are left. */
  readonly files: (schema?: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** The published schemas, or some of them: each costs a pass its time. */
export async function publishedSchemas(
  ...names: readonly string[]
): Promise<readonly EventSchema[]> {
  const all = await readEventSchemas();
  return names.length === 0 ? all : all.filter(({ $id }) => names.includes($id));
}

/** Where a lake and its event files lie, for processes beside the test. */
export function lakeOptions(folder: string, schemas: readonly EventSchema[]): CompactionOptions {
  const lake = join(folder, "lake");
  return {
    sources: [{ name: "events", directory: join(folder, "events") }],
    storage: createFolderStorage(lake),
    folder: lake,
    schemas,
    nowMs: lakeNoonMs,
    limits: defaultCompactionLimits,
  };
}

/** In a folder, or where `openStorage` says. */
export async function openTestLake(
  schemas: readonly EventSchema[],
  openStorage: (folder: string) => LakeStorage = createFolderStorage,
): Promise<TestLake> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-lake-"));
  const [events, lake] = [join(folder, "events"), join(folder, "lake")];
  const write: TestLake["write"] = async (hour, lines, schema = "ad_event.v1") => {
    await mkdir(join(events, schema), { recursive: true });
    const text = lines.map((line) => `${line}\n`).join("");
    await appendFile(join(events, schema, `${hour}.ndjson`), text);
  };
  const all = await readEventSchemas();
  const storage = openStorage(lake);
  const read = async <T>(
    use: (reader: Awaited<ReturnType<typeof openLakeReader>>) => Promise<T>,
  ) => {
    const reader = await openLakeReader(storage, all);
    try {
      return await use(reader);
    } finally {
      reader.close();
    }
  };
  return {
    folder,
    storage,
    events,
    lake,
    write,
    async tell(told) {
      for (const event of told)
        await write(hourOf(event.occurredAtMs), [lineOf(event)], event.schema);
    },
    pass: (options = {}) => compactLake({ ...lakeOptions(folder, schemas), storage, ...options }),
    rows: (schema = "ad_event.v1") => read((reader) => reader.rows(schema)),
    counts: () =>
      read((reader) => readLakeCounts(reader, { from: "2000-01-01", to: "2100-01-01" })),
    files: async (schema = "ad_event.v1") =>
      (await readdir(join(events, schema)).catch(() => [])).sort(),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Counts by day and campaign, made from the events themselves: each id once, of the earliest telling. */
export function countIndependently(told: readonly ToldEvent[]): readonly CampaignDayCounts[] {
  const first = new Map<string, ToldEvent>();
  for (const event of told) {
    const known = first.get(event.eventId);
    if (known === undefined || event.occurredAtMs < known.occurredAtMs)
      first.set(event.eventId, event);
  }
  const days = new Map<string, Record<keyof CampaignDayCounts, string | number>>();
  for (const { payload, schema } of first.values()) {
    const key = `${payload.budgetDay} ${String(payload.campaignId).padStart(10)}`;
    const day = days.get(key) ?? {
      day: String(payload.budgetDay),
      campaignId: Number(payload.campaignId),
      ...{ impressions: 0, viewables: 0, clicks: 0, conversions: 0, spendMicros: 0 },
    };
    days.set(key, day);
    const kind = schema === "conversion.v1" ? "conversion" : payload.kind;
    const figure = { impression: "impressions", viewable: "viewables", click: "clicks" } as const;
    const counted = figure[kind as keyof typeof figure] ?? "conversions";
    day[counted] = Number(day[counted]) + 1;
    day.spendMicros = Number(day.spendMicros) + Number(payload.chargedMicros ?? 0);
  }
  return [...days].sort().map(([, day]) => day as unknown as CampaignDayCounts);
}
