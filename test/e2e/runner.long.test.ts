import { appendFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type StartedProcess, startProcess, untilGone } from "../support/process.ts";

const repository = join(import.meta.dirname, "..", "..");
vi.setConfig({ testTimeout: 60_000 });

let checkout = "";
const started: StartedProcess[] = [];

/** A checkout with the real scripts around a program of the test's own, in a path with spaces. */
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), "atelier runner "));
  for (const name of ["scripts", "package.json", "package-lock.json", "tsconfig.json"]) {
    await cp(join(repository, name), join(checkout, name), { recursive: true });
  }
  await mkdir(join(checkout, "src"));
});

afterEach(async () => {
  for (const one of started.splice(0)) {
    const all = [one.pid, ...one.descendants()];
    one.kill("SIGKILL");
    await untilGone(all);
  }
  await rm(checkout, { recursive: true, force: true });
});

function start(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): StartedProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("npm_") && !name.startsWith("VITEST"),
  );
  const one = startProcess(command, args, {
    cwd: checkout,
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  started.push(one);
  return one;
}

const linkPackages = (): Promise<void> =>
  symlink(join(repository, "node_modules"), join(checkout, "node_modules"));

const lingeringProgram = `
console.log("node " + process.versions.node + ", " + process.argv.slice(2).join(" ") + ", process " + process.pid);
setInterval(() => undefined, 1000);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => { console.log("asked by " + signal); setTimeout(() => process.exit(0), 50); });
}
`;

describe("a program that runs", () => {
  beforeEach(async () => {
    await linkPackages();
    await writeFile(join(checkout, "src", "main.ts"), lingeringProgram);
  });

  test("runs with the Node that npm installed, gets its arguments, and hears of one Ctrl-C once", async () => {
    const one = start("npm", ["start", "--", "--fast"]);
    const [, version] = await one.waitForLine(/^node (\d+)\.\S+, start --fast, process \d+$/m);
    expect(Number(version)).toBeGreaterThanOrEqual(24);
    const all = [one.pid, ...one.descendants()];
    // A terminal sends SIGINT to everybody in the foreground: npm and run.mjs both hear it.
    for (const pid of all.filter((pid) => pid !== programOf(one))) process.kill(pid, "SIGINT");
    await one.exited;
    await untilGone(all);
    expect(one.output().match(/asked by/g)).toHaveLength(1);
  });

  test.each([
    ["SIGINT", "npm"],
    ["SIGTERM", "npm"],
    ["SIGKILL", "npm"],
    ["SIGTERM", "run.mjs"],
    ["SIGKILL", "run.mjs"],
    ["SIGKILL", "the program"],
  ] as const)("%s of %s leaves no process behind", async (signal, target) => {
    const one = start("npm", ["start"]);
    await one.waitForLine(/process (\d+)$/m);
    const all = [one.pid, ...one.descendants()];
    const program = programOf(one);
    const runner = all.find((pid) => pid !== one.pid && pid !== program);
    const victim = { npm: one.pid, "run.mjs": runner ?? 0, "the program": program }[target];
    process.kill(victim, signal);
    await untilGone(all);
    if (target !== "the program") expect(one.output()).toMatch(/asked by SIG(TERM|INT)/);
  });
});

function programOf(one: StartedProcess): number {
  return Number(/process (\d+)$/m.exec(one.output())?.[1]);
}

test("the exit code of the program is the command's", async () => {
  await linkPackages();
  await writeFile(join(checkout, "src", "main.ts"), "process.exitCode = 3;");
  expect(await start("npm", ["start"]).exited).toBe(3);
});

test("an unknown command is told with the known ones", async () => {
  const one = start(process.execPath, ["scripts/run.mjs", "strat"]);
  expect(await one.exited).toBe(2);
  expect(one.output()).toMatch(
    /^atelier: there is no command strat; the commands are start, serve, /,
  );
});

describe("packages that are not there", () => {
  const nowhere = { npm_config_registry: "http://127.0.0.1:9/" };

  test("and no network: one line says what to do", async () => {
    const one = start(process.execPath, ["scripts/run.mjs", "start"], {
      ...nowhere,
      npm_config_cache: join(checkout, "cache"),
    });
    expect(await one.exited).toBe(1);
    const lines = one
      .output()
      .trim()
      .split("\n")
      .filter((line) => !line.includes("still installing"));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe("atelier: installing the packages of the lockfile (npm ci), once");
    expect(lines[1]).toMatch(
      /^atelier: The packages could not be fetched: npm does not reach its registry\. Connect /,
    );
  });

  test("an installation that says the same in other words is left as it is", async () => {
    await linkPackages();
    await appendFile(join(checkout, "package-lock.json"), "\n");
    await writeFile(join(checkout, "src", "main.ts"), 'console.log("ran");');
    const one = start(process.execPath, ["scripts/run.mjs", "start"]);
    expect(await one.exited).toBe(0);
    expect(one.output()).toBe("ran\n");
  });

  test("a link to packages of another checkout is refused and never emptied", async () => {
    const elsewhere = join(checkout, "elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, "kept"), "");
    await symlink(elsewhere, join(checkout, "node_modules"));
    const one = start(process.execPath, ["scripts/run.mjs", "start"], nowhere);
    expect(await one.exited).toBe(1);
    expect(one.output()).toMatch(/is a link to packages of another lockfile: remove the link/);
    expect(await readdir(elsewhere)).toEqual(["kept"]);
  });
});

describe("npm test", () => {
  beforeEach(async () => {
    await linkPackages();
    await mkdir(join(checkout, "test"));
  });

  const write = (name: string, body: string): Promise<void> =>
    writeFile(
      join(checkout, "test", `${name}.test.ts`),
      `import { expect, test } from "vitest";\n${body}\n`,
    );

  const lastLine = (one: StartedProcess): string | undefined =>
    one.output().trimEnd().split("\n").at(-1);

  test("ends with the counts and the exit code 0 when all is well", async () => {
    await write("good", 'test("a", () => expect(1).toBe(1)); test("b", () => expect(2).toBe(2));');
    const one = start("npm", ["test"]);
    expect(await one.exited).toBe(0);
    expect(lastLine(one)).toBe("2 passed, 0 failed");
  });

  test("counts failures, files that cannot be read, and errors outside of tests", async () => {
    await write("good", 'test("a", () => expect(1).toBe(1));');
    await write("bad", 'test("b", () => expect(1).toBe(2));');
    await write("broken", "this is no program");
    const one = start("npm", ["test"]);
    expect(await one.exited).toBe(1);
    expect(lastLine(one)).toBe("1 passed, 2 failed");
  });

  test("an error that no test caught fails the run", async () => {
    await write(
      "loose",
      'test("a", () => { setTimeout(() => { throw new Error("late"); }, 0); return new Promise((done) => setTimeout(done, 50)); });',
    );
    const one = start("npm", ["test"]);
    expect(await one.exited).toBe(1);
    expect(lastLine(one)).toBe("1 passed, 1 failed");
  });

  test("a runner that is killed counts as failed", async () => {
    await write(
      "slow",
      'test("a", async () => { console.log("waiting"); await new Promise(() => undefined); }, 60_000);',
    );
    const one = start(process.execPath, ["scripts/run.mjs", "test"]);
    await one.waitForLine(/waiting/);
    const all = one.descendants();
    const [runner] = all;
    if (runner !== undefined) process.kill(runner, "SIGKILL");
    expect(await one.exited).toBe(1);
    expect(lastLine(one)).toBe("0 passed, 1 failed");
    await untilGone(all);
  });
});
