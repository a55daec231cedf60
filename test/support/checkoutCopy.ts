import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..");

const built = ["tag/page/dist", "console/dist"];

export interface CheckoutCopy {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A copy of this checkout as a commit of everything would have it (nothing ignored), in a path with spaces.
 * @param packages "linked": the packages of this checkout, and what it has built for browsers; "none": as freshly cloned
 */
export async function copyCheckout(packages: "linked" | "none"): Promise<CheckoutCopy> {
  const path = await mkdtemp(join(tmpdir(), "atelier fresh clone "));
  await chmod(path, 0o755);
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    { cwd: repository, encoding: "utf8" },
  );
  const files = listed
    .split("\0")
    .filter((name) => name !== "" && existsSync(join(repository, name)));
  for (const name of files) await cp(join(repository, name), join(path, name), { recursive: true });
  if (packages === "linked") {
    await symlink(join(repository, "node_modules"), join(path, "node_modules"));
    for (const name of built)
      if (existsSync(join(repository, name)))
        await cp(join(repository, name), join(path, name), { recursive: true });
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The environment of a new terminal: nothing of npm's, nothing of the test runner's. */
export function freshEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string | undefined>> {
  const ours = /^(npm_|VITEST|NODE_|TEST|ATELIER_)/;
  // How this machine reaches its packages is the machine's own.
  const ofTheMachine =
    /^(NODE_EXTRA_CA_CERTS|npm_config_(registry|cafile|proxy|https_proxy|noproxy))$/;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !ours.test(name) || ofTheMachine.test(name),
  );
  // The public that the demo plays by itself would be in the way of what a test measures, and its past takes time.
  const less = { DEMO_TRAFFIC: "0", DEMO_PAST_PERCENT: "2" };
  return { ...Object.fromEntries(inherited), ...less, ...extra };
}
