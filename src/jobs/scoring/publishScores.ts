import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import type { ScoreWriter } from "../../stores/dynamodb/publishScores.ts";
import type { ScoresTable, VisitorScores } from "../../stores/dynamodb/scores.ts";
import { readScoredFile, type ScoredVisitor } from "../../stores/files/scoredFile.ts";
import { readJson, writeJson } from "./runFolder.ts";

export interface PublishOptions {
  /** The file of scores of a run. */
  readonly scores: string;
  readonly visitors: number;
  readonly asOfMs: number;
  readonly table: Pick<
    ScoresTable,
    "reserveModelVersion" | "activateModelVersion" | "deleteScores"
  >;
  readonly writer: ScoreWriter;
  /** Those of some visitors who asked to be forgotten, or withdrew their consent. */
  readonly suppressedOf: (visitorKeys: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Fills the cache for visitors who are likely to come; null = there is none. What it cannot do is no fault. */
  readonly warm: ((visitors: readonly VisitorScores[]) => Promise<void>) | null;
  readonly lifeSeconds: number;
  readonly clockMs: () => number;
  readonly say: (line: string) => void;
  /** Visitors between two checkpoints. Default 2,000. */
  readonly batchVisitors?: number;
}

export interface Published {
  readonly modelVersion: number;
  /** Who was written, over all runs of this publication. */
  readonly visitors: number;
  /** Who was left out, having asked to be forgotten. */
  readonly suppressed: number;
  readonly warmed: number;
}

const count = z.int().min(0);
const checkpointSchema = z.object({
  format: z.literal(2),
  /** SHA-256 of the file of scores: a run that goes on writes the same scores into another file. */
  checksum: z.string(),
  modelVersion: z.int().min(1),
  offset: count,
  visitors: count,
  suppressed: count,
});
type Checkpoint = Readonly<z.output<typeof checkpointSchema>>;

const progressEveryMs = 2_000;
/** A cache is filled for so many at most: the rest fill it as they come. */
const mostWarmed = 200_000;

/**
 * Writes the scores under a version of their own, then flips the pointer, then fills the cache: visitors have the old scores
 * or the new ones, never half of them. A checkpoint follows each batch: killed and started again, it goes on there, and
 * repeats one batch at most, which changes nothing. Whoever is erased meanwhile is taken out again.
 */
export async function publishScores(options: PublishOptions): Promise<Published> {
  const { table, asOfMs, say } = options;
  const done = await writeAll(options, await resumeOrBegin(options));
  await table.activateModelVersion(done.modelVersion, asOfMs);
  say(`model ${done.modelVersion} serves`);
  const warmed = await warmActive(options, done.modelVersion);
  return { ...pickOf(done), warmed };
}

function pickOf({ modelVersion, visitors, suppressed }: Checkpoint): Omit<Published, "warmed"> {
  return { modelVersion, visitors, suppressed };
}

const checkpointOf = (scores: string): string => `${scores}.checkpoint.json`;

async function resumeOrBegin({ scores, table, say }: PublishOptions): Promise<Checkpoint> {
  const checksum = await checksumOf(scores);
  const left = await readJson(checkpointOf(scores), checkpointSchema);
  if (left?.checksum === checksum) {
    if (left.offset > 0) say(`going on after ${left.visitors} visitors`);
    return left;
  }
  const modelVersion = await table.reserveModelVersion();
  const begun = {
    format: 2,
    checksum,
    modelVersion,
    offset: 0,
    visitors: 0,
    suppressed: 0,
  } as const;
  await writeJson(checkpointOf(scores), begun);
  return begun;
}

async function checksumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("base64url");
}

async function writeAll(options: PublishOptions, start: Checkpoint): Promise<Checkpoint> {
  const { scores, clockMs, say, writer } = options;
  let done = start;
  const startedMs = clockMs();
  let toldMs = startedMs;
  const batches = readScoredFile(scores, start.offset, options.batchVisitors ?? 2_000);
  for await (const { visitors, nextOffset } of batches) {
    const suppressed = await writeBatch(options, visitors, done.modelVersion);
    done = {
      ...done,
      offset: nextOffset,
      visitors: done.visitors + visitors.length - suppressed,
      suppressed: done.suppressed + suppressed,
    };
    await writeJson(checkpointOf(scores), done);
    if (clockMs() - toldMs < progressEveryMs) continue;
    toldMs = clockMs();
    const rate = Math.round((1_000 * (done.visitors - start.visitors)) / (toldMs - startedMs));
    say(
      `${done.visitors} of ${options.visitors} visitors are published, ${rate} a second, ${writer.refused()} sent back`,
    );
  }
  return done;
}

/** Answers how many were left out. */
async function writeBatch(
  options: PublishOptions,
  visitors: readonly ScoredVisitor[],
  modelVersion: number,
): Promise<number> {
  const { writer, table, suppressedOf } = options;
  const before = await suppressedOf(visitors.map(({ visitorKey }) => visitorKey));
  const kept = visitors.filter(({ visitorKey }) => !before.has(visitorKey));
  await writer.put(kept.map((visitor) => toItem(options, visitor, modelVersion)));
  // Whoever was erased since was put back: an erasure lists its visitor before it deletes.
  const after = await suppressedOf(kept.map(({ visitorKey }) => visitorKey));
  for (const visitorKey of after) await table.deleteScores(visitorKey);
  return before.size + after.size;
}

function toItem(
  { lifeSeconds, clockMs }: PublishOptions,
  { visitorKey, scores }: ScoredVisitor,
  modelVersion: number,
): VisitorScores {
  const expiresAtSeconds = Math.floor(clockMs() / 1_000) + lifeSeconds;
  return { visitorKey, modelVersion, expiresAtSeconds, scores };
}

async function warmActive(options: PublishOptions, modelVersion: number): Promise<number> {
  const { warm, scores, suppressedOf, say } = options;
  if (warm === null) return 0;
  let warmed = 0;
  try {
    for await (const { visitors } of readScoredFile(scores, 0, 1_000)) {
      const active = visitors.filter(({ isActive }) => isActive);
      const suppressed = await suppressedOf(active.map(({ visitorKey }) => visitorKey));
      const kept = active.filter(({ visitorKey }) => !suppressed.has(visitorKey));
      await warm(kept.map((visitor) => toItem(options, visitor, modelVersion)));
      warmed += kept.length;
      if (warmed >= mostWarmed) break;
    }
  } catch (error) {
    say(`the cache was not filled: ${error instanceof Error ? error.message : String(error)}`);
  }
  return warmed;
}
