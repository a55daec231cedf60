import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..", "..");

export interface PreviousRelease {
  readonly version: string;
  readonly commit: string;
  readonly lastMigration: string;
}

export const previousRelease: PreviousRelease = JSON.parse(
  readFileSync(join(repository, "ops/releases.json"), "utf8"),
).previous;

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

/** False in a clone that is too shallow to have it, or where there is no git. */
export function hasRelease({ commit }: PreviousRelease): boolean {
  try {
    git("cat-file", "-e", `${commit}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

/** A file as a release has it. */
export const fileOfRelease = ({ commit }: PreviousRelease, path: string): string =>
  execFileSync("git", ["show", `${commit}:${path}`], {
    cwd: repository,
    encoding: "utf8",
    maxBuffer: 16_000_000,
  });

/** The names of a release's migrations, in order. */
export function migrationsOf({ commit }: PreviousRelease): readonly string[] {
  return git("ls-tree", "--name-only", commit, "migrations/")
    .trim()
    .split("\n")
    .map((path) => path.replace(/^migrations\/|\.ts$/g, ""))
    .sort();
}

/** The files of a release in a folder of their own, run with the packages of this checkout. */
export async function checkOutRelease({
  commit,
}: PreviousRelease): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "atelier-release-"));
  const archive = execFileSync("git", ["archive", "--format=tar", commit], {
    cwd: repository,
    maxBuffer: 1_024 * 1_024 * 1_024,
  });
  execFileSync("tar", ["-x", "-C", path], { input: archive });
  await symlink(join(repository, "node_modules"), join(path, "node_modules"));
  if (!existsSync(join(path, "src/main.ts"))) throw new Error(`${commit} has no src/main.ts`);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
