import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { freePort } from "../../src/embedded/freePort.ts";
import { shelterPath } from "../../src/embedded/shelter.ts";
import { copyCheckout, freshEnvironment } from "../support/checkoutCopy.ts";
import { type StartedProcess, startProcess, untilGone } from "../support/process.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const asRoot = process.getuid?.() === 0;
const readyLine = /^Atelier is ready: (http:\/\/\S+)$/m;

let machine = "";
let running: StartedProcess | undefined;

/** A home of its own, and a search path with everything of this machine but a Redis and our own packages. */
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), "atelier machine "));
  const programs = join(machine, "bin");
  await mkdir(programs);
  for (const folder of ["/usr/local/bin", "/usr/bin", "/bin"]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!/redis|valkey/.test(name))
        await symlink(join(folder, name), join(programs, name)).catch(() => undefined);
    }
  }
});

afterEach(async () => {
  if (running !== undefined) {
    const all = [running.pid, ...running.descendants()];
    running.kill("SIGINT");
    await untilGone(all);
  }
  running = undefined;
  await rm(machine, { recursive: true, force: true });
});

async function cloneInto(folder: string): Promise<string> {
  const copy = await copyCheckout("none");
  const path = join(folder, "my clone");
  await mkdir(folder, { recursive: true });
  await rename(copy.path, path);
  return path;
}

async function startAndAsk(
  clone: string,
  home: string,
  command: readonly string[],
): Promise<string> {
  const environment = freshEnvironment({
    PATH: join(machine, "bin"),
    HOME: home,
    PORT: String(await freePort()),
  });
  const [program = "npm", ...args] = command;
  const startedAt = performance.now();
  running = startProcess(program, args, { cwd: clone, env: environment });
  const [, base = ""] = await running.waitForLine(readyLine, 500_000);
  console.log(
    `first start in a fresh clone: ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  const answer = await fetch(`${base}/v1/ads`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      visitor: { id: "v-123", gdpr: false },
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top" }],
    }),
  });
  const body = (await answer.json()) as {
    readonly placements: readonly { readonly ads: readonly unknown[] }[];
  };
  expect(body.placements[0]?.ads).toHaveLength(1);
  return running.output();
}

test.runIf(asRoot)(
  "as root in a fresh clone below a private home, without a Redis on the machine, npm start serves an ad",
  async () => {
    const home = join(machine, "home");
    const clone = await cloneInto(home);
    await chmod(home, 0o700);
    const output = await startAndAsk(clone, home, ["npm", "start"]);
    expect(output).toContain("installing the packages of the lockfile (npm ci), once");
    expect(output).toContain("fetching Redis from the distribution's packages");
    expect(output).toContain(`Postgres keeps its data in ${shelterPath(join(clone, ".atelier"))}`);
    await rm(shelterPath(join(clone, ".atelier")), { recursive: true, force: true });
  },
);

test.runIf(asRoot)(
  "as an ordinary user in a fresh clone, without a Redis on the machine, npm start serves an ad",
  async () => {
    await chmod(machine, 0o755);
    const home = join(machine, "home");
    await cloneInto(home);
    execFileSync("chown", ["-R", "nobody", home]);
    await chmod(home, 0o700);
    const asNobody = [
      "setpriv",
      "--reuid=nobody",
      "--regid=nogroup",
      "--clear-groups",
      "npm",
      "start",
    ];
    const output = await startAndAsk(join(home, "my clone"), home, asNobody);
    expect(output).not.toContain("Postgres keeps its data in");
  },
);

test.runIf(!asRoot)(
  "in a fresh clone, without a Redis on the machine, npm start serves an ad",
  async () => {
    const home = join(machine, "home");
    await startAndAsk(await cloneInto(home), home, ["npm", "start"]);
  },
);
