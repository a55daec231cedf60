import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { runCommand } from "./runCommand.ts";

const run = promisify(execFile);

export interface RedisBinary {
  readonly command: string;
  /** For LD_LIBRARY_PATH; "" = the system's. */
  readonly libraryPath: string;
}

/**
 * Unpacks the distribution's own Redis, and the libraries that this machine lacks for it, below `cacheDir`.
 * Nothing is installed: no root, no service left running. A second call finds what the first one unpacked.
 * @throws Error when the packages cannot be fetched or do not run
 */
export async function unpackRedisFromApt(
  cacheDir: string,
  log: (line: string) => void,
): Promise<RedisBinary> {
  const folder = join(cacheDir, "redis");
  const unpacked = binaryIn(folder);
  if (await runsAsRedis(unpacked)) return unpacked;
  log("fetching Redis from the distribution's packages");
  await mkdir(cacheDir, { recursive: true });
  const half = `${folder}.${process.pid}`;
  const work = `${half}.work`;
  try {
    await mkdir(work, { recursive: true });
    const apt = await fetchPackages(work, ["redis-server", "redis-tools"]);
    await unpackAll(work, half);
    if (!(await runsAsRedis(binaryIn(half)))) {
      await downloadPackages(work, apt, await librariesOf(apt, "redis-tools"));
      await unpackAll(work, half);
    }
    if (!(await runsAsRedis(binaryIn(half))))
      throw new Error("the unpacked Redis does not run here");
    await rm(folder, { recursive: true, force: true });
    await rename(half, folder);
    return unpacked;
  } finally {
    await rm(half, { recursive: true, force: true });
    await rm(work, { recursive: true, force: true });
  }
}

/** Whether it starts at all: a missing library shows here. */
export async function runsAsRedis(binary: RedisBinary): Promise<boolean> {
  try {
    const env = { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath };
    const { stdout } = await run(binary.command, ["--version"], { env });
    return /server v=/.test(stdout);
  } catch {
    return false;
  }
}

function binaryIn(folder: string): RedisBinary {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const libraryPath = ["usr/lib", "lib"].map((lib) => join(folder, lib, triplet)).join(":");
  return { command: join(folder, "usr", "bin", "redis-server"), libraryPath };
}

/** Downloads with the system's package lists; where they are missing or stale, with lists of our own. Returns the apt options that worked. */
async function fetchPackages(work: string, names: readonly string[]): Promise<readonly string[]> {
  const systemLists = ["-o", `Dir::Cache=${work}/cache`, "-o", "APT::Sandbox::User=root"];
  await mkdir(join(work, "cache", "archives", "partial"), { recursive: true });
  try {
    await downloadPackages(work, systemLists, names);
    return systemLists;
  } catch {
    const ownLists = [
      ...systemLists,
      "-o",
      `Dir::State=${work}/state`,
      "-o",
      "Dir::State::status=/var/lib/dpkg/status",
    ];
    await mkdir(join(work, "state", "lists", "partial"), { recursive: true });
    await runCommand(
      "apt-get",
      [...ownLists, "-q", "-o", "Acquire::http::Timeout=15", "update"],
      work,
    );
    await downloadPackages(work, ownLists, names);
    return ownLists;
  }
}

async function downloadPackages(
  work: string,
  apt: readonly string[],
  names: readonly string[],
): Promise<void> {
  await runCommand(
    "apt-get",
    [...apt, "-q", "-o", "Acquire::http::Timeout=15", "download", ...names],
    work,
  );
}

/** All libraries that a package needs, their own needs included, without the C library (mixing two of them fails). */
async function librariesOf(apt: readonly string[], name: string): Promise<readonly string[]> {
  const without = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"].map(
    (kind) => `--no-${kind}`,
  );
  const tree = await runCommand("apt-cache", [...apt, "depends", "--recurse", ...without, name]);
  const names = tree.split("\n").filter((line) => /^lib[a-z0-9]/.test(line));
  return [...new Set(names)].filter(
    (line) => !/^libc(6|-bin|rypt1)/.test(line) && !line.includes(":"),
  );
}

async function unpackAll(work: string, into: string): Promise<void> {
  const packages = (await readdir(work)).filter((name) => name.endsWith(".deb"));
  for (const name of packages) await runCommand("dpkg", ["-x", join(work, name), into]);
}
