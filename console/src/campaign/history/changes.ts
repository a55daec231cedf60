import type { HistoryEntry } from "../types.ts";

/** One field that a write changed. */
export interface FieldDifference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What the server counts or works out by itself. */
const unsaid: readonly string[] = [
  ...["version", "createdAt", "updatedAt", "campaignId", "creativeId", "advertiserId"],
  ...["organizationId", "zoneLabel", "zoneApproximate", "timeZone", "zoneSummary"],
  ...["landingCheck", "approved", "approvedVersion", "contentHash"],
];

/** The fields in which two states of a thing differ, in the order of the newer one. Pure. */
export function differences(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
): readonly FieldDifference[] {
  const names = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  return names
    .filter((field) => !unsaid.includes(field))
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter(({ before: old, after: now }) => JSON.stringify(old) !== JSON.stringify(now));
}

export type EntryKind = "created" | "changed" | "removed";

/** What kind of write it was. Pure. */
export function kindOf({ before, after }: HistoryEntry): EntryKind {
  if (before === null) return "created";
  return after === null ? "removed" : "changed";
}
