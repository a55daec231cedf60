import type { LakeColumn } from "./lakeTable.ts";

/** What is kept of a schema for good, as `warehouse/sql/activity_history.sql` tells it. */
export const historyColumns: readonly LakeColumn[] = [
  { name: "month", type: "DATE" },
  { name: "grain", type: "VARCHAR" },
  { name: "kind", type: "VARCHAR" },
  { name: "category", type: "VARCHAR" },
  { name: "departement", type: "VARCHAR" },
  { name: "events", type: "BIGINT" },
  { name: "people", type: "BIGINT" },
];

/** "page_activity.v1" → "page_activity_v1_history" */
export function historyViewOf(schema: string): string {
  return `${schema.replace(".", "_")}_history`;
}
