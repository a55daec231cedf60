import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LakeKeeping } from "../../src/jobs/lakePorts.ts";
import { defaultCompactionLimits } from "../../src/stores/lake/compactLake.ts";
import { type KeepingOptions, keepLake } from "../../src/stores/lake/keepLake.ts";
import { lakeOptions, publishedSchemas, type TestLake, type ToldEvent } from "./lake.ts";

/** A key of 22 characters that begins with a word. */
export const keyOf = (word: string): string => word.padEnd(22, "x").slice(0, 22);

/** Somebody looked at cars in Limoges. */
export function activityOf(
  occurredAtMs: number,
  payload: Readonly<Record<string, unknown>> = {},
): ToldEvent {
  return {
    schema: "page_activity.v1",
    eventId: randomUUID(),
    occurredAtMs,
    payload: {
      kind: "page_view",
      category: "vehicules/voitures",
      inseeCode: "87085",
      consentBasis: "tc_string",
      ...payload,
    },
  };
}

export const activitySchemas = await publishedSchemas("page_activity.v1", "identity_link.v1");

/** One run over a lake of the tests. */
export function keep(lake: TestLake, options: Partial<KeepingOptions> = {}): Promise<LakeKeeping> {
  const { sources, folder, schemas, nowMs } = lakeOptions(lake.folder, activitySchemas);
  const usual = {
    sources,
    storage: lake.storage,
    folder,
    schemas,
    nowMs,
    limits: defaultCompactionLimits,
  };
  return keepLake({ ...usual, erasedKeys: [], ...options });
}

/** The files under a folder in whose bytes a text stands, whatever they are. */
export async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if ((await readFile(file)).includes(text)) found.push(file);
  }
  return found.sort();
}
