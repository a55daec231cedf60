import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Kills (SIGKILL) the process of an embedded Postgres that writes its log. The postmaster ends all others without a word
 * to their clients, recovers from what had reached the log, and serves again on the same port: a crash and a restart. The
 * server must be durable: one that acknowledges before it writes loses what it acknowledged.
 */
export async function crashPostgres(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const [postmaster = ""] = (await readFile(pidFile, "utf8")).split("\n");
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const writer = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([, parent, ...args]) => parent === postmaster && args.includes("walwriter"));
  if (writer === undefined) throw new Error(`no log writer of Postgres ${postmaster} found`);
  process.kill(Number(writer[0]), "SIGKILL");
}
