import { join } from "node:path";
import { type ComparedDay, compareLake } from "../../src/jobs/compareLake.ts";
import type { LakePass } from "../../src/jobs/lakePorts.ts";
import {
  type CompactionOptions,
  compactLake,
  defaultCompactionLimits,
} from "../../src/stores/lake/compactLake.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../src/stores/lake/folderStorage.ts";
import { openLakeReader, readLakeCounts } from "../../src/stores/lake/readLake.ts";
import {
  countLedgerDays,
  createLedgerEventReader,
} from "../../src/stores/postgres/ledgerEvents.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import type { Options } from "./options.ts";
import type { Oracle } from "./oracle.ts";

/** What the servers' event files became in a lake. */
export interface LakeBooks {
  /** Of the events of ads, by id. */
  readonly eventIds: readonly string[];
  /** Campaigns and days that the lake counts otherwise than the ledger. */
  readonly differing: readonly ComparedDay[];
  readonly lines: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Events that no server has written, and the ledger has. */
  readonly restored: number;
}

const always = { from: "2000-01-01", to: "2100-01-01" };
/** Every file of the run is closed by then. */
const endMs = Date.UTC(2100, 0);

/** Takes all servers' event files into a lake, then what only the ledger has, and counts. */
export async function readLake(
  folder: string,
  databaseUrl: string,
  options: Options,
): Promise<LakeBooks> {
  const lake = join(folder, "lake");
  const nodes = Array.from({ length: options.processes }, (_, index) => `node-${index}`);
  const schemas = (await readEventSchemas()).filter(
    ({ $id }) => $id === "ad_event.v1" || $id === "conversion.v1",
  );
  const storage = createFolderStorage(lake);
  const compaction: CompactionOptions = {
    sources: nodes.map((name) => ({ name, directory: join(folder, name, "events") })),
    storage,
    folder: lake,
    schemas,
    nowMs: endMs,
    limits: { ...defaultCompactionLimits, keptMs: Number.POSITIVE_INFINITY },
  };
  const ofStream = await passAll(compaction);
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
  const readLedgerEvents = createLedgerEventReader(db, 0);
  const { restored } = await compactLake({ ...compaction, readLedgerEvents });
  const reader = await openLakeReader(storage, await readEventSchemas());
  try {
    const counts = await readLakeCounts(reader, always);
    const compared = compareLake(counts, await countLedgerDays(db, always));
    const rows = await reader.rows("ad_event.v1");
    const { lines, duplicates, rejected } = ofStream;
    return {
      eventIds: rows.map((row) => String(row.event_id)),
      differing: compared.filter(({ isEqual }) => !isEqual),
      ...{ lines, duplicates, rejected, restored },
    };
  } finally {
    reader.close();
    await db.destroy();
  }
}

type Sums = Pick<LakePass, "lines" | "duplicates" | "rejected">;

async function passAll(compaction: CompactionOptions): Promise<Sums> {
  const sums = { lines: 0, duplicates: 0, rejected: 0 };
  for (let left = 1; left > 0; ) {
    const pass = await compactLake(compaction);
    sums.lines += pass.lines;
    sums.duplicates += pass.duplicates;
    sums.rejected += pass.rejected;
    left = pass.waitingBytes;
  }
  return sums;
}

/** The lake against the readers' side and the ledger: whatever is wrong, and a sentence. */
export function judgeLake(
  lake: LakeBooks,
  oracle: Oracle,
  { killNode }: Options,
): { readonly broken: readonly unknown[]; readonly told: string } {
  const known = new Set(lake.eventIds);
  const missing = [...oracle.events.keys()].filter((eventId) => !known.has(eventId));
  const unexpected = lake.eventIds.filter((eventId) => !oracle.events.has(eventId));
  const twice = lake.eventIds.length - known.size;
  // Only a server that is killed may lose what it has not written.
  const lost = killNode ? 0 : lake.restored;
  const broken = [
    ...missing,
    ...unexpected,
    ...lake.differing,
    ...(twice > 0 ? [`${twice} twice`] : []),
    ...(lost > 0 ? [`${lost} lost by the stream`] : []),
  ];
  const told = `${lake.lines} lines, ${lake.duplicates} of them duplicates, ${lake.rejected} torn; ${lake.restored} restored from the ledger; ${known.size} events, ${missing.length} missing, ${unexpected.length} unexpected, ${twice} twice; ${lake.differing.length} campaign-days differ from the ledger`;
  return { broken, told };
}
