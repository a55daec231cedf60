import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SetupError } from "../setupError.ts";

const run = promisify(execFile);

/** User and group ids for `child_process.spawn`. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: as root its processes run as `nobody`, otherwise as ourselves (undefined). */
export async function unprivilegedUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all([
      run("id", ["-u", "nobody"]),
      run("id", ["-g", "nobody"]),
    ]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    throw new SetupError(
      "Postgres cannot run as root and there is no user `nobody` here: start Atelier as an ordinary user.",
    );
  }
}

/** Whether that user can reach `path` and has the access named by `test` (-x, -r or -w). */
export async function canAccess(
  path: string,
  test: "-x" | "-r" | "-w",
  runAs: RunAs | undefined,
): Promise<boolean> {
  try {
    await run("/bin/sh", ["-c", `test ${test} "$1"`, "sh", path], { cwd: "/", ...runAs });
    return true;
  } catch {
    return false;
  }
}
