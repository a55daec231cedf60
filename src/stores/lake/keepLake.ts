import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { identifiersAmong, monthOf, retentionOf } from "../../audience/retention.ts";
import type { LakeKeeping, LakeStorage } from "../../jobs/lakePorts.ts";
import { type CompactionLimits, defaultCompactionLimits } from "./compactLake.ts";
import { manifestOf } from "./compactSchema.ts";
import type { LakeEngine } from "./duckdb.ts";
import { eraseFromFiles } from "./eraseFromFiles.ts";
import { eraseFromParts, eraseFromRejects } from "./eraseFromParts.ts";
import type { EventSource } from "./eventSources.ts";
import { agedRejects, keepMonths } from "./keepMonths.ts";
import { underLakeLock } from "./lakeLock.ts";
import { type EventSchema, type LakeTable, tableOf } from "./lakeTable.ts";
import { type Manifest, readableKeys } from "./manifest.ts";
import { replaceParts } from "./replaceParts.ts";
import { sweepParts } from "./sweepParts.ts";

/** Something that has been done; killed between any two of them, the next pass goes on with what is there. */
export type KeepingStep = "part_put" | "committed" | "swept";

export interface KeepingOptions {
  readonly sources: readonly EventSource[];
  readonly storage: LakeStorage;
  /** As of `compactLake`. */
  readonly folder: string;
  readonly schemas: readonly EventSchema[];
  readonly nowMs: number;
  readonly limits?: CompactionLimits;
  /** Of visitors and accounts that are to be in no part any more. */
  readonly erasedKeys: readonly string[];
  readonly onStep?: (step: KeepingStep, schema: string) => void;
}

export interface Keeper {
  readonly engine: LakeEngine;
  readonly storage: LakeStorage;
  readonly table: LakeTable;
  readonly workFolder: string;
  readonly nowMs: number;
  readonly onStep: (step: KeepingStep) => void;
}

type Report = { -readonly [Name in keyof LakeKeeping]: LakeKeeping[Name] };

/**
 * Keeps a lake within its limits: erased visitors leave parts, rejects and event files; identifiers leave rows of 13 months;
 * rows of 25 months leave, after they were added to aggregates of at least 50 people. Parts are written beside those that
 * count, and a replacement of the manifest a step makes them count: killed anywhere it has done whole steps, and the next
 * run goes on. What was replaced goes after `limits.readersMs`. Repeated it changes nothing. Rejects with EngineBusyError.
 */
export async function keepLake(options: KeepingOptions): Promise<LakeKeeping> {
  const { folder, limits = defaultCompactionLimits } = options;
  const { memoryMegabytes } = limits;
  return underLakeLock({ folder, memoryMegabytes }, async (engine, workFolder) => {
    const report = emptyReport();
    for (const schema of options.schemas) {
      const table = tableOf(schema);
      if (identifiersAmong(table.columns).length === 0) continue;
      const work = join(workFolder, table.schema);
      await mkdir(work);
      const { storage, nowMs } = options;
      const onStep = (step: KeepingStep): void => options.onStep?.(step, table.schema);
      const keeper = { engine, storage, table, workFolder: work, nowMs, onStep };
      await keepTable(keeper, { ...options, limits }, report);
    }
    return report;
  });
}

function emptyReport(): Report {
  const counts = { erasedRows: 0, erasedLines: 0, rewrittenParts: 0, untoldEvents: 0 };
  const months = { blankedMonths: [], aggregatedMonths: [], droppedMonths: [] };
  return { ...counts, ...months, droppedRows: 0, oldestNamedMonth: null };
}

async function keepTable(
  keeper: Keeper,
  { sources, erasedKeys, limits }: KeepingOptions & { readonly limits: CompactionLimits },
  report: Report,
): Promise<void> {
  const { storage, table } = keeper;
  const erased = new Set(erasedKeys);
  if (erased.size > 0) report.erasedLines += await eraseFromFiles(sources, table.schema, erased);
  const found = await manifestOf(storage, table);
  if (found.version === 0) return;
  let manifest = found;
  if (erased.size > 0) {
    const fromParts = await eraseFromParts(keeper, manifest, erasedKeys);
    report.erasedRows += fromParts.rows;
    report.rewrittenParts += fromParts.parts;
    const fromRejects = await eraseFromRejects(keeper, fromParts.manifest, erased);
    report.erasedLines += fromRejects.lines;
    manifest = fromRejects.manifest;
  }
  const kept = await keepMonths(keeper, manifest);
  manifest = await dropAgedRejects(keeper, kept.manifest);
  report.blankedMonths = [...report.blankedMonths, ...kept.blankedMonths];
  report.aggregatedMonths = [...report.aggregatedMonths, ...kept.aggregatedMonths];
  report.droppedMonths = [...report.droppedMonths, ...kept.droppedMonths];
  report.untoldEvents += kept.untoldEvents;
  report.droppedRows += kept.droppedRows;
  await sweep(keeper, manifest, limits.readersMs);
  const oldest = oldestNamedMonth(manifest);
  const isOlder = report.oldestNamedMonth === null || (oldest ?? "9") < report.oldestNamedMonth;
  if (isOlder) report.oldestNamedMonth = oldest ?? report.oldestNamedMonth;
}

async function dropAgedRejects(keeper: Keeper, manifest: Manifest): Promise<Manifest> {
  const rejects = await agedRejects(keeper, manifest);
  if (rejects === null) return manifest;
  return replaceParts(keeper, manifest, { rejects });
}

/** Parts that nobody reads any more go, and the manifest says so: it would be looked for them again otherwise. */
async function sweep(keeper: Keeper, manifest: Manifest, readersMs: number): Promise<void> {
  const { storage, table, nowMs, onStep } = keeper;
  const retired = manifest.retired.filter(({ atMs }) => nowMs - atMs < readersMs);
  await storage.forgetOthers(table.schema, readableKeys(manifest));
  if (retired.length === manifest.retired.length) return;
  await sweepParts(storage, manifest, { schema: table.schema, nowMs, readersMs });
  const next = { ...manifest, version: manifest.version + 1, retired };
  await storage.replaceManifest(table.schema, JSON.stringify(next));
  await storage.forgetOthers(table.schema, readableKeys(next));
  onStep("swept");
}

/** The oldest month with a part that may name somebody; null = there is none. */
export function oldestNamedMonth({ partitions, blanked }: Manifest): string | null {
  const named = Object.entries(partitions).filter(([hour, { key }]) => blanked[hour] !== key);
  return named.map(([hour]) => monthOf(hour)).sort()[0] ?? null;
}

/** Whether a schema's rows may stay as long as a manifest has them: what breaks a limit at a time, in words. Pure. */
export function overdueMonths(
  { schema, columns }: LakeTable,
  { partitions, blanked }: Manifest,
  isOver: (month: string, months: number) => boolean,
): readonly string[] {
  const rule = retentionOf(schema, columns);
  if (rule === null) return [];
  const problems = Object.entries(partitions).flatMap(([hour, { key }]) => {
    const month = monthOf(hour);
    if (isOver(month, rule.dropAfterMonths)) return [`${schema} ${month} has rows`];
    const isNamed = rule.blankAfterMonths !== null && blanked[hour] !== key;
    const isOverdue = isNamed && isOver(month, rule.blankAfterMonths);
    return isOverdue ? [`${schema} ${month} names visitors`] : [];
  });
  return [...new Set(problems)].sort();
}
