import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ErasedKeys, LakePass, LakeStorage, ReadLedgerEvents } from "../../jobs/lakePorts.ts";
import { compactSchema } from "./compactSchema.ts";
import type { EventSource } from "./eventSources.ts";
import { underLakeLock } from "./lakeLock.ts";
import type { EventSchema } from "./lakeTable.ts";
import type { Landing } from "./landedParts.ts";

export interface CompactionLimits {
  /** Event files are deleted so long after their hour and their last line. */
  readonly keptMs: number;
  /** Nothing more is expected at the end of a file so long after its hour and its last line. */
  readonly quietMs: number;
  /** Parts that were replaced stay so long for those who read them. */
  readonly readersMs: number;
  /** Duplicates of an event lie at most so many hours apart. */
  readonly duplicatesWithinHours: number;
  /** The most bytes of event files of a schema in one pass. */
  readonly maxBytes: number;
  readonly memoryMegabytes: number;
}

const hourMs = 3_600_000;

export const defaultCompactionLimits: CompactionLimits = {
  keptMs: 48 * hourMs,
  quietMs: 600_000,
  readersMs: hourMs,
  // A click counts for 24 hours; who tells one twice while Redis is away does so within them.
  duplicatesWithinHours: 48,
  maxBytes: 16_777_216,
  memoryMegabytes: 192,
};

/** Something that a pass has done; a process that ends between any two of them leaves a lake that the next pass goes on with. */
export type CompactionStep =
  | "staged"
  | "merging"
  | "merged"
  | "part_put"
  | "parts_put"
  | "committed"
  | "file_retired"
  | "swept";

export interface CompactionOptions {
  readonly sources: readonly EventSource[];
  readonly storage: LakeStorage;
  /** A folder of this machine, for the lock and for files on their way; on the disk of the lake. */
  readonly folder: string;
  readonly schemas: readonly EventSchema[];
  readonly nowMs: number;
  readonly limits?: CompactionLimits;
  /** Where others put Parquet for the lake; absent = nowhere. */
  readonly landing?: Landing;
  /** Absent = what the stream has lost stays lost. */
  readonly readLedgerEvents?: ReadLedgerEvents;
  /** Absent = nobody was erased. */
  readonly erased?: ErasedKeys;
  readonly onStep?: (step: CompactionStep, schema: string) => void;
}

const nothingDone: LakePass = {
  lines: 0,
  added: 0,
  duplicates: 0,
  restored: 0,
  rejected: 0,
  erased: 0,
  deletedFiles: 0,
  waitingBytes: 0,
};

/**
 * One pass: takes what is new in the event files, and what only the ledger has, into the lake. Parts are written beside those
 * that count; then one replacement of the manifest makes them count, together with how far the files were read. Killed at any
 * step it has done all or nothing; repeated it changes nothing. Rejects with EngineBusyError while another process is at it.
 */
export async function compactLake(options: CompactionOptions): Promise<LakePass> {
  const { folder, limits = defaultCompactionLimits } = options;
  const { memoryMegabytes } = limits;
  return underLakeLock({ folder, memoryMegabytes }, async (engine, workFolder) => {
    let pass = nothingDone;
    for (const schema of options.schemas) {
      const work = join(workFolder, schema.$id);
      await mkdir(work);
      pass = sum(
        pass,
        await compactSchema(schema, { ...options, limits, engine, workFolder: work }),
      );
    }
    return pass;
  });
}

function sum(a: LakePass, b: LakePass): LakePass {
  return {
    lines: a.lines + b.lines,
    added: a.added + b.added,
    duplicates: a.duplicates + b.duplicates,
    restored: a.restored + b.restored,
    rejected: a.rejected + b.rejected,
    erased: a.erased + b.erased,
    deletedFiles: a.deletedFiles + b.deletedFiles,
    waitingBytes: a.waitingBytes + b.waitingBytes,
  };
}
