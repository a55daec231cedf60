import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type LakeEngine, openEngine } from "./duckdb.ts";
import { makeWorkFolder } from "./folderStorage.ts";

export interface LakeLockOptions {
  /** A folder of this machine, for the lock and for files on their way; on the disk of the lake. */
  readonly folder: string;
  readonly memoryMegabytes: number;
}

/**
 * Works on a lake while nobody else on this machine does: with an engine and an empty folder, which is gone afterwards.
 * Rejects with EngineBusyError while another process is at it.
 */
export async function underLakeLock<Result>(
  { folder, memoryMegabytes }: LakeLockOptions,
  work: (engine: LakeEngine, workFolder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const engine = await openEngine({
    file: join(folder, "compaction.lock"),
    memoryMegabytes,
    spillFolder: join(folder, "_work", "spill"),
  });
  try {
    // What killed passes have left: nobody else is at work.
    await rm(join(folder, "_work"), { recursive: true, force: true });
    const result = await work(engine, await makeWorkFolder(folder));
    await rm(join(folder, "_work"), { recursive: true, force: true });
    return result;
  } finally {
    engine.close();
  }
}
