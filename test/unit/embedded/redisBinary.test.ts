import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRedis } from "../../../src/embedded/redisBinary.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier redis "));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = (searchPath: string) =>
  findRedis({ searchPath, cacheDir: join(folder, "cache"), log: () => undefined });
const program = (name: string, mode = 0o755): Promise<void> =>
  writeFile(join(folder, name), "#!/bin/sh\n", { mode });

test("a Redis on the search path is taken as it is", async () => {
  await program("redis-server");
  expect(await find(["/nowhere", folder].join(delimiter))).toEqual({
    command: join(folder, "redis-server"),
    libraryPath: "",
  });
});

test("Valkey is as good", async () => {
  await program("valkey-server");
  expect((await find(folder)).command).toBe(join(folder, "valkey-server"));
});

test("Redis comes before Valkey, and a file that is no program is passed over", async () => {
  await program("redis-server", 0o644);
  await program("valkey-server");
  expect((await find(folder)).command).toBe(join(folder, "valkey-server"));
  await rm(join(folder, "redis-server"));
  await program("redis-server");
  expect((await find(folder)).command).toBe(join(folder, "redis-server"));
});
