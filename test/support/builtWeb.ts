import { execFileSync } from "node:child_process";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..");

/**
 * Builds the console and the page tag where their sources changed since they were built; with `CONSOLE_AS_BUILT=1` both are
 * taken as they are. What other tests use meanwhile is not written anew.
 */
export function buildWeb(): void {
  if (process.env.CONSOLE_AS_BUILT === "1") return;
  execFileSync(process.execPath, ["scripts/run.mjs", "web:build"], {
    cwd: repository,
    stdio: "pipe",
  });
}
