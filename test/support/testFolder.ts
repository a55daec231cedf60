import { statfsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

const memoryFolder = "/dev/shm";
/** A whole run keeps about 0.5 GB in its folder: the stores' data, never all at once. */
const neededBytes = 2 * 1024 ** 3;

/**
 * Where a run keeps its servers' data: in memory where the machine has a folder there with room (Linux), else where temporary
 * files go, or where `TEST_FOLDER` says. Each test has a database of its own, which is a thousand files that live for a moment:
 * an ext4 spends more time on finding them numbers than the tests on all else. What is durable is no less so to the process
 * that is killed, only to the machine, and no test cuts its power.
 */
export function testFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TEST_FOLDER !== undefined) return env.TEST_FOLDER;
  return hasRoom() ? memoryFolder : tmpdir();
}

function hasRoom(): boolean {
  if (process.platform !== "linux" || freemem() < 2 * neededBytes) return false;
  try {
    const { bavail, bsize } = statfsSync(memoryFolder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

const prefix = "atelier-test-";

/** A new folder in {@link testFolder}; those of runs that were killed go, for they would stay in memory. */
export async function makeTestFolder(): Promise<string> {
  const parent = testFolder();
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
