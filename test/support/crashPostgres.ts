import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./until.ts";

/**
 * Kills (SIGKILL) the process of an embedded Postgres that writes its log. The postmaster ends all others without a word
 * to their clients, recovers from what had reached the log, and serves again on the same port: a crash and a restart. The
 * server must be durable: one that acknowledges before it writes loses what it acknowledged.
 */
export async function crashPostgres(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const [postmaster = ""] = (await readFile(pidFile, "utf8")).split("\n");
  // One that still recovers from the last crash has no writer yet.
  let writer = logWriterOf(postmaster);
  await until(() => {
    writer ??= logWriterOf(postmaster);
    return writer !== null;
  }, recoveryMs);
  process.kill(Number(writer), "SIGKILL");
}

const recoveryMs = 30_000;

function logWriterOf(postmaster: string): string | null {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const processes = table.split("\n").map((line) => line.trim().split(/\s+/));
  const writer = processes.find(
    ([, parent, ...args]) => parent === postmaster && args.includes("walwriter"),
  );
  return writer?.[0] ?? null;
}
