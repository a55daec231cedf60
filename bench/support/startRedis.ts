import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../../src/embedded/freePort.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";

/** Starts a Redis on the second core that keeps nothing, and ends with this process. */
export async function startRedis(): Promise<{ readonly url: string; readonly pid: number }> {
  const binary = await findRedis({
    searchPath: process.env.PATH ?? "",
    cacheDir: join(import.meta.dirname, "../../.cache"),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const port = await freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis = spawn("taskset", ["-c", "1", binary.command, ...args], {
    stdio: "ignore",
    env: { ...process.env, LD_LIBRARY_PATH: binary.libraryPath },
  });
  process.on("exit", () => redis.kill("SIGKILL"));
  // taskset replaces itself by the program: the same process.
  return { url: `redis://127.0.0.1:${port}`, pid: redis.pid ?? 0 };
}
