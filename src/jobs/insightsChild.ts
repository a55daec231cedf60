import { setPriority } from "node:os";
import { createInsightReads, createInsightWrites } from "../stores/postgres/insights.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import type { InsightsMessage, InsightsOrder } from "./insightsPass.ts";
import { openWarehouse } from "./openWarehouse.ts";
import { workOutInsights } from "./workOutInsights.ts";

/** The process of one pass: takes one order, answers once, ends. Requests of the servers beside it come first. */
const niceness = 15;
setPriority(niceness);
process.once("message", (order: InsightsOrder) => void obey(order));
process.once("disconnect", () => process.exit(1));

async function obey(order: InsightsOrder): Promise<void> {
  tell(await run(order).catch(failureOf));
}

async function run({
  databaseUrl,
  warehouse: place,
  nowMs,
}: InsightsOrder): Promise<InsightsMessage> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
  const warehouse = place === null ? null : await openWarehouse(place);
  try {
    const [reads, writes] = [createInsightReads(db), createInsightWrites(db)];
    const outcome = await workOutInsights({ warehouse, reads, writes, nowMs });
    return { kind: "done", outcome };
  } finally {
    warehouse?.close();
    await db.destroy();
  }
}

function failureOf(error: unknown): InsightsMessage {
  return { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
}

function tell(message: InsightsMessage): void {
  process.send?.(message, undefined, {}, () => process.exit(0));
}
