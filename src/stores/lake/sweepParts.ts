import type { LakeStorage } from "../../jobs/lakePorts.ts";
import { countingKeys, type Manifest } from "./manifest.ts";

/**
 * Removes parts that a later state has replaced more than `readersMs` ago, and what killed passes have put and never made
 * count. What counts is never touched. Tells the manifest without what is gone by the next pass: it lists it again until then.
 */
export async function sweepParts(
  storage: LakeStorage,
  manifest: Manifest,
  {
    schema,
    nowMs,
    readersMs,
  }: { readonly schema: string; readonly nowMs: number; readonly readersMs: number },
): Promise<void> {
  const counting = new Set(countingKeys(manifest));
  const replacedAt = new Map(manifest.retired.map(({ key, atMs }) => [key, atMs]));
  for (const { key, modifiedMs } of await storage.list(schema)) {
    const isPart = key.endsWith(".parquet") || key.includes("/rejects/");
    if (!isPart || counting.has(key)) continue;
    if (nowMs - (replacedAt.get(key) ?? modifiedMs) >= readersMs) await storage.remove(key);
  }
}
