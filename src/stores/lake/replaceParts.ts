import { type LakeHour, newStateName, partKey } from "./hours.ts";
import type { Keeper } from "./keepLake.ts";
import type { Manifest } from "./manifest.ts";

/** Files that are to take the place of parts of a table. */
export interface PartChanges {
  /** By hour: the new part, null = the hour is empty now. */
  readonly hours?: ReadonlyMap<LakeHour, { readonly file: string; readonly rows: number } | null>;
  /** Whether the new parts name nobody. */
  readonly areBlank?: boolean;
  readonly rejects?: Manifest["rejects"];
  /** Aggregates that are there already, by month. */
  readonly history?: Manifest["history"];
}

/** Puts new parts beside the old ones, then makes them count by one replacement of the manifest; answers the new state. */
export async function replaceParts(
  { storage, table, nowMs, onStep }: Keeper,
  before: Manifest,
  { hours = new Map(), areBlank = false, rejects, history }: PartChanges,
): Promise<Manifest> {
  const version = before.version + 1;
  const state = newStateName(version);
  const partitions = { ...before.partitions };
  const blanked = { ...before.blanked };
  for (const [hour, part] of hours) {
    delete partitions[hour];
    delete blanked[hour];
    if (part === null) continue;
    const key = partKey(table.schema, hour, state);
    await storage.put(key, part.file);
    partitions[hour] = { key, rows: part.rows };
    if (areBlank) blanked[hour] = key;
    onStep("part_put");
  }
  const after = {
    ...before,
    columns: [...table.columns],
    version,
    partitions,
    blanked,
    rejects: rejects ?? before.rejects,
    history: { ...before.history, ...history },
  };
  const next = { ...after, retired: [...before.retired, ...replacedBy(before, after, nowMs)] };
  await storage.replaceManifest(table.schema, JSON.stringify({ ...next, writtenAtMs: nowMs }));
  onStep("committed");
  return { ...next, writtenAtMs: nowMs };
}

function replacedBy(before: Manifest, after: Manifest, atMs: number): Manifest["retired"] {
  const kept = new Set([
    ...Object.values(after.partitions).map(({ key }) => key),
    ...after.rejects.map(({ key }) => key),
  ]);
  const old = [...Object.values(before.partitions), ...before.rejects].map(({ key }) => key);
  return old.filter((key) => !kept.has(key)).map((key) => ({ key, atMs }));
}
