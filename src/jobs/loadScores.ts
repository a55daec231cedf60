import { mergeScoreRows } from "../audience/mergeScoreRows.ts";
import { type KnownSegments, parseScoreRow } from "../audience/scoreRow.ts";
import type { ScoresTable } from "../stores/dynamodb/scores.ts";
import {
  type LoadCheckpoint,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from "../stores/files/loadCheckpoint.ts";
import { openRejectsFile, type Reject, type RejectsFile } from "../stores/files/rejectsFile.ts";
import type { SourceRow } from "../stores/files/rowBatch.ts";
import { fileStart, readRowBatches, stampOf } from "../stores/files/scoreFile.ts";

export interface LoadScoresOptions {
  /** NDJSON, or Parquet when the name ends so. Rejects go to `<file>.rejects.ndjson`. */
  readonly file: string;
  /** Default `<file>.checkpoint.json`. */
  readonly checkpointFile?: string;
  readonly table: ScoresTable;
  readonly segments: KnownSegments;
  readonly visitorKeyOf: (visitorId: string) => string;
  /** Those of some visitors who asked to be forgotten: they are not stored. Absent = nobody did. */
  readonly suppressedOf?: (visitorKeys: readonly string[]) => Promise<ReadonlySet<string>>;
  /**
   * "new_model": into a new model version that becomes the active one at the end, so that visitors see the old scores or
   * the new ones, never half of them. "active_model": adds to the model that serves (a cached visitor shows it when the
   * cache entry ends); without one it is a new model.
   */
  readonly into: "new_model" | "active_model";
  /** How long the scores may be used, seconds. */
  readonly lifeSeconds: number;
  readonly clockMs: () => number;
  /** One line of progress. */
  readonly log: (line: string) => void;
  /** Rows between two checkpoints. Default 2,000. */
  readonly batchRows?: number;
  /** A file with more wrong rows than this is the wrong file. Default 100,000. */
  readonly maxRejects?: number;
}

export interface LoadSummary {
  readonly modelVersion: number;
  /** Rows read in all, and how many of them were refused, over all runs of this load. */
  readonly rows: number;
  readonly rejected: number;
  readonly rejectsFile: string;
  /** The line at which this run began; 1 = from the start. */
  readonly firstLine: number;
}

const progressEveryMs = 2_000;

/**
 * Loads visitors' scores from a file. After each batch its rows are stored, its rejects written and then the checkpoint
 * replaced: a load that is killed and started again goes on after the last checkpoint and repeats at most one batch,
 * which changes nothing. Once all is stored the model is activated and the checkpoint removed. Throws when a store is
 * away, the file cannot be read, or too many rows are wrong; nothing is activated then.
 */
export async function loadScores(options: LoadScoresOptions): Promise<LoadSummary> {
  const checkpointFile = options.checkpointFile ?? `${options.file}.checkpoint.json`;
  const rejectsFile = `${options.file}.rejects.ndjson`;
  const start = await resumeOrBegin(options, checkpointFile);
  const rejects = await openRejectsFile(rejectsFile, start.rejectsBytes);
  let done = start;
  try {
    done = await loadRest(options, checkpointFile, rejects, start);
  } finally {
    await rejects.close();
  }
  requireRightFile(options, checkpointFile, done.rejected);
  if (done.activates) await options.table.activateModelVersion(done.modelVersion);
  await removeCheckpoint(checkpointFile);
  const { modelVersion, rows, rejected } = done;
  options.log(`loaded ${rows - rejected} rows, refused ${rejected}, model ${modelVersion}`);
  return { modelVersion, rows, rejected, rejectsFile, firstLine: start.position.line };
}

async function resumeOrBegin(
  options: LoadScoresOptions,
  checkpointFile: string,
): Promise<LoadCheckpoint> {
  const file = await stampOf(options.file);
  const left = await readCheckpoint(checkpointFile);
  if (left !== null && left.file.bytes === file.bytes && left.file.modifiedMs === file.modifiedMs) {
    requireRightFile(options, checkpointFile, left.rejected);
    options.log(`going on at line ${left.position.line} of ${options.file}`);
    return left;
  }
  if (left !== null) options.log(`${options.file} has changed since the last run: starting over`);
  const active =
    options.into === "active_model" ? await options.table.readActiveModelVersion() : null;
  const begun: LoadCheckpoint = {
    format: 1,
    file,
    modelVersion: active ?? (await options.table.reserveModelVersion()),
    activates: active === null,
    position: fileStart,
    rows: 0,
    rejected: 0,
    rejectsBytes: 0,
  };
  await writeCheckpoint(checkpointFile, begun);
  return begun;
}

async function loadRest(
  options: LoadScoresOptions,
  checkpointFile: string,
  rejectsFile: RejectsFile,
  start: LoadCheckpoint,
): Promise<LoadCheckpoint> {
  let done = start;
  let toldMs = options.clockMs();
  for await (const batch of readRowBatches(
    options.file,
    start.position,
    options.batchRows ?? 2_000,
  )) {
    const rejects = await storeBatch(options, batch.rows, done.modelVersion);
    const rejectsBytes = await rejectsFile.append(rejects);
    const rows = done.rows + batch.rows.length;
    const rejected = done.rejected + rejects.length;
    done = { ...done, position: batch.next, rows, rejected, rejectsBytes };
    await writeCheckpoint(checkpointFile, done);
    requireRightFile(options, checkpointFile, rejected);
    if (options.clockMs() - toldMs < progressEveryMs) continue;
    toldMs = options.clockMs();
    options.log(`line ${batch.next.line - 1}: ${rows} rows, ${rejected} refused`);
  }
  return done;
}

/**
 * Throws when too many rows were refused. The checkpoint stays, so that running the same load again is refused as well:
 * a file that was given up must never become the model by insisting.
 */
function requireRightFile(
  options: LoadScoresOptions,
  checkpointFile: string,
  rejected: number,
): void {
  const maxRejects = options.maxRejects ?? 100_000;
  if (rejected <= maxRejects) return;
  throw new Error(
    `${rejected} rows were refused, more than ${maxRejects}: is this the right file? ` +
      `To read it again from its start, remove ${checkpointFile}`,
  );
}

/** Stores the good rows of a batch and gives back the others, in the order of their lines. */
async function storeBatch(
  options: LoadScoresOptions,
  rows: readonly SourceRow[],
  modelVersion: number,
): Promise<readonly Reject[]> {
  const nowMs = options.clockMs();
  const read = rows.map((source) => {
    const row =
      "problem" in source ? source.problem : parseScoreRow(source.value, options.segments);
    return { line: source.line, row };
  });
  const wrong: Reject[] = read.flatMap(({ line, row }) =>
    "rule" in row ? [{ line, ...row }] : [],
  );
  const all = read.flatMap(({ line, row }) =>
    "rule" in row ? [] : [{ line, row, visitorKey: options.visitorKeyOf(row.visitorId) }],
  );
  const suppressed = await suppressedAmong(options, all);
  const keyed = all.filter(({ visitorKey }) => !suppressed.has(visitorKey));
  const visitorKeys = keyed.map(({ visitorKey }) => visitorKey);
  const stored = await options.table.getManyScores(visitorKeys, modelVersion, nowMs);
  const merged = mergeScoreRows(keyed, stored);
  const expiresAtSeconds = Math.floor(nowMs / 1_000) + options.lifeSeconds;
  await options.table.putScores(
    [...merged.scoresByVisitor].map(([visitorKey, scores]) => ({
      visitorKey,
      modelVersion,
      expiresAtSeconds,
      scores,
    })),
  );
  // Whoever was erased after the look above was put back: an erasure lists its visitor before it deletes.
  for (const visitorKey of await suppressedAmong(options, keyed))
    await options.table.deleteScores(visitorKey);
  return [...wrong, ...merged.rejects].sort((one, other) => one.line - other.line);
}

async function suppressedAmong(
  { suppressedOf }: LoadScoresOptions,
  rows: readonly { readonly visitorKey: string }[],
): Promise<ReadonlySet<string>> {
  if (suppressedOf === undefined || rows.length === 0) return new Set();
  return suppressedOf(rows.map(({ visitorKey }) => visitorKey));
}
