import { setPriority } from "node:os";
import { compactLake, defaultCompactionLimits } from "../stores/lake/compactLake.ts";
import { EngineBusyError } from "../stores/lake/duckdb.ts";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../stores/lake/folderStorage.ts";
import { createLedgerEventReader } from "../stores/postgres/ledgerEvents.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import type { LakeMessage, LakeOrder } from "./lakePass.ts";
import type { LakePass } from "./lakePorts.ts";

/** The process of one pass: takes one order, answers once, ends. Requests of the server beside it come first. */
const niceness = 10;
setPriority(niceness);
process.once("message", (order: LakeOrder) => void obey(order));
// Who gave the order is gone: nobody waits for the answer, and the next pass does the work.
process.once("disconnect", () => process.exit(1));

async function obey(order: LakeOrder): Promise<void> {
  tell(await run(order).catch(failureOf));
}

async function run(order: LakeOrder): Promise<LakeMessage> {
  const { databaseUrl, lakeFolder, nowMs, sources, keptMs } = order;
  const db =
    databaseUrl === null
      ? null
      : createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
  try {
    const pass: LakePass = await compactLake({
      sources,
      storage: createFolderStorage(lakeFolder),
      folder: lakeFolder,
      schemas: await readEventSchemas(),
      nowMs,
      limits: { ...defaultCompactionLimits, keptMs },
      ...(db === null ? {} : { readLedgerEvents: createLedgerEventReader(db, order.settledMs) }),
    });
    return { kind: "done", pass };
  } finally {
    await db?.destroy();
  }
}

function failureOf(error: unknown): LakeMessage {
  if (error instanceof EngineBusyError) return { kind: "busy" };
  return { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
}

function tell(message: LakeMessage): void {
  process.send?.(message, undefined, {}, () => process.exit(0));
}
