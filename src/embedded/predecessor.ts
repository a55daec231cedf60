import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { SetupError } from "../setupError.ts";

const run = promisify(execFile);
const patienceMs = 30_000;

/**
 * Waits for the server of an earlier run that is still stopping (its process was killed a moment ago), and removes
 * a process id file that was left behind by a crash.
 * @param pidFile its first line is the process id
 * @param marker a piece of that server's command line: after a restart of the machine the id may be anybody's
 * @throws SetupError when that server does not go
 */
export async function awaitPredecessor(pidFile: string, marker: string): Promise<void> {
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const giveUpAt = performance.now() + patienceMs;
  while ((await commandLine(pid)).includes(marker)) {
    if (performance.now() > giveUpAt) {
      throw new SetupError(
        `A server of an earlier start is still running (process ${pid}): stop it with \`kill ${pid}\` and start again.`,
      );
    }
    await delay(50);
  }
  await rm(pidFile, { force: true });
}

/** "" when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return line.replaceAll("\0", " ");
  }
  return run("ps", ["-o", "args=", "-p", String(pid)]).then(
    ({ stdout }) => stdout,
    () => "",
  );
}
