import { setPriority } from "node:os";
import { createVisitorHashOf } from "../audience/visitorHash.ts";
import { compactLake, defaultCompactionLimits } from "../stores/lake/compactLake.ts";
import { EngineBusyError } from "../stores/lake/duckdb.ts";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { keepLake } from "../stores/lake/keepLake.ts";
import type { Landing } from "../stores/lake/landedParts.ts";
import { bucketOf, type OpenLake, openLakeStorage } from "../stores/lake/openStorage.ts";
import { createLakeErasures, erasedKeysOf } from "../stores/postgres/lakeErasures.ts";
import { underLakeLease } from "../stores/postgres/lakeLease.ts";
import { createLedgerEventReader } from "../stores/postgres/ledgerEvents.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import type { LakeMessage, LakeOrder } from "./lakePass.ts";

/** The process of one pass: takes one order, answers once, ends. Requests of the server beside it come first. */
const niceness = 10;
setPriority(niceness);
process.once("message", (order: LakeOrder) => void obey(order));
// Who gave the order is gone: nobody waits for the answer, and the next pass does the work.
process.once("disconnect", () => process.exit(1));

type LedgerDatabase = ReturnType<typeof createDatabase>;

/** Visitors whom the lake forgets in one pass; others wait for the next. */
const erasedAtOnce = 1_000;

async function obey(order: LakeOrder): Promise<void> {
  tell(await run(order).catch(failureOf));
}

async function run(order: LakeOrder): Promise<LakeMessage> {
  const { databaseUrl } = order;
  if (databaseUrl === null) return passOver(order, null);
  const db = createDatabase({
    url: databaseUrl,
    // One holds the lease.
    maxConnections: 2,
    statementTimeoutMs: 60_000,
  });
  try {
    if (bucketOf(order.lakeFolder) === null) return await passOver(order, db);
    const done = await underLakeLease(db, order.lakeFolder, ({ check }) =>
      passOver(order, db, check),
    );
    return done ?? { kind: "busy" };
  } finally {
    await db.destroy();
  }
}

async function passOver(
  order: LakeOrder,
  db: LedgerDatabase | null,
  mayCommit?: () => Promise<void>,
): Promise<LakeMessage> {
  const deps = { nowMs: () => order.nowMs, ...(mayCommit === undefined ? {} : { mayCommit }) };
  const lake = openLakeStorage(order, deps);
  const landing = openLanding(order);
  try {
    const pass = await compactAndKeep(order, db, { ...lake, landing: landing?.storage });
    return { kind: "done", pass };
  } finally {
    landing?.close();
    lake.close();
  }
}

/** Its copies do not lie among those of the lake's parts, whose keys may be the same. */
function openLanding({
  landingFolder = null,
  localFolder = "",
  ...order
}: LakeOrder): OpenLake | null {
  if (landingFolder === null) return null;
  const place = { ...order, lakeFolder: landingFolder, localFolder: `${localFolder}/landing` };
  return openLakeStorage(place, { nowMs: () => order.nowMs + copiesGoMs });
}

/** Copies are read once: all of them go. */
const copiesGoMs = 86_400_000;

async function compactAndKeep(
  { nowMs, sources, keptMs, settledMs, visitorSecret }: LakeOrder,
  db: LedgerDatabase | null,
  {
    storage,
    folder,
    landing,
  }: Pick<OpenLake, "storage" | "folder"> & { readonly landing: Landing | undefined },
) {
  const erasures = db === null ? null : createLakeErasures(db);
  // Before the events are read: who is erased later is among those whom the lake forgets later.
  const tombstones = (await erasures?.tombstones()) ?? new Map<string, number>();
  const schemas = await readEventSchemas();
  const common = { sources, storage, folder, schemas, nowMs };
  const limits = { ...defaultCompactionLimits, keptMs };
  const pass = await compactLake({
    ...{ ...common, limits },
    ...(landing === undefined ? {} : { landing }),
    ...(db === null ? {} : { readLedgerEvents: createLedgerEventReader(db, settledMs) }),
    ...(visitorSecret === null
      ? {}
      : { erased: erasedKeysOf(tombstones, createVisitorHashOf(visitorSecret)) }),
  });
  const waiting = (await erasures?.waiting(erasedAtOnce)) ?? [];
  const erasedKeys = waiting.map(({ visitorKey }) => visitorKey);
  const keeping = await keepLake({ ...common, limits, erasedKeys });
  if (waiting.length > 0) await erasures?.finish(waiting, nowMs);
  return { ...pass, keeping };
}

function failureOf(error: unknown): LakeMessage {
  if (error instanceof EngineBusyError) return { kind: "busy" };
  return { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
}

function tell(message: LakeMessage): void {
  process.send?.(message, undefined, {}, () => process.exit(0));
}
