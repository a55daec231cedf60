import { statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

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
