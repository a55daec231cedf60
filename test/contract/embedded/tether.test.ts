import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { launchTethered, type TetheredServer } from "../../../src/embedded/tether.ts";
import { descendantsOf, untilGone } from "../../support/process.ts";
import { until } from "../../support/until.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier tether "));
  await chmod(folder, 0o711);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const logFile = (): string => join(folder, "log");
const said = (): Promise<string> => readFile(logFile(), "utf8").catch(() => "");

function launch(script: string, graceMs: number): TetheredServer {
  const pidFile = join(folder, "pid");
  return launchTethered({
    command: "/bin/sh",
    args: ["-c", script],
    logFile: logFile(),
    pidFile,
    stopSignal: "TERM",
    graceMs,
  });
}

test("a server is asked to stop, and its exit code is told", async () => {
  const server = launch(
    'trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.01; done',
    5_000,
  );
  await until(async () => (await said()).includes("up"));
  await server.stop();
  expect(await server.exited).toBe(7);
  expect(await said()).toBe("up\nbye\n");
});

test("a server that does not listen is killed after its grace, and nothing of it remains", async () => {
  const before = new Set(descendantsOf(process.pid));
  const server = launch('trap "" TERM; echo up; while :; do sleep 0.01; done', 200);
  await until(async () => (await said()).includes("up"));
  const ours = descendantsOf(process.pid).filter((pid) => !before.has(pid));
  const startedAt = performance.now();
  await server.stop();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(200);
  expect(await server.exited).toBe(137);
  await untilGone(ours);
});

test("its process id is on file while it runs", async () => {
  const server = launch("echo $$; while :; do sleep 0.01; done", 5_000);
  await until(async () => (await said()).trim() !== "");
  expect((await readFile(join(folder, "pid"), "utf8")).trim()).toBe((await said()).trim());
  await server.stop();
  await expect(readFile(join(folder, "pid"), "utf8")).rejects.toThrow(/ENOENT/);
});

test("a server that ends by itself is noticed, and stopping it again is harmless", async () => {
  const server = launch("exit 3", 5_000);
  expect(await server.exited).toBe(3);
  await server.stop();
});

test("a program that does not exist is told by its exit code", async () => {
  const server = launchTethered({
    command: "/nowhere/server",
    args: [],
    logFile: logFile(),
    stopSignal: "TERM",
    graceMs: 100,
  });
  expect(await server.exited).toBe(127);
});
