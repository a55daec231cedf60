import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../src/embedded/freePort.ts";
import { findRedis } from "../src/embedded/redisBinary.ts";
import { cpuSeconds, type PinnedServer, startPinned } from "./support/processes.ts";
import { type Figures, printTable, summarise } from "./support/report.ts";
import { bodiesOf, pathOf, type Traffic } from "./support/requests.ts";
import { type LoadFigures, load, userAgent, writeScript } from "./support/wrk.ts";

/**
 * `npm run bench [-- --quick] [-- --only "100000 campaigns, fill"]`: our serving path beside bare servers, in one run. Each
 * server on the first core, wrk and Redis on the second, rounds alternated, medians. Needs Linux, two cores, taskset and wrk
 * (`apt-get install wrk`). `--only` measures the rows whose name holds the text, and those that they are shares of.
 */
const { quick, only } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
}).values;
const rounds = quick ? 3 : 5;
const seconds = quick ? 2 : 5;
/** Until the engine has compiled what is hot: the first five seconds of a filled ad cost half as much again. */
const warmUpSeconds = quick ? 4 : 6;
const sizes = [1_000, 10_000, 100_000];
const bodyCount = 5_000;
/** What a team would write without thinking of speed; everything is a share of it. */
const idiomatic = "bare Express, express.json(), one GET";

const folder = await mkdtemp(join(tmpdir(), "atelier-bench-"));
const redisUrl = await startRedis();
const scriptPath = await writeScript(folder);
const files = new Map<Traffic, string>();
for (const traffic of ["fill", "no-fill", "no consent", "bids", "no bids"] as const) {
  const file = join(folder, `${traffic}.txt`);
  await writeFile(file, bodiesOf(traffic, bodyCount).join("\n"));
  files.set(traffic, file);
}

interface Scenario {
  readonly name: string;
  readonly server: PinnedServer;
  readonly traffic: Traffic;
  /** The scenario that this one is a share of. */
  readonly against: string | null;
}

const scenarios = chosenOf(await startAll());
const measured = new Map<string, Figures[]>();
for (const scenario of scenarios) await measureOnce(scenario, warmUpSeconds);
for (let round = 0; round < rounds; round++) {
  for (const scenario of scenarios) {
    const list = measured.get(scenario.name) ?? [];
    list.push(await measureOnce(scenario, seconds));
    measured.set(scenario.name, list);
  }
  process.stderr.write(`round ${round + 1} of ${rounds} done\n`);
}
printTable(
  scenarios.map(({ name, against }) => ({
    name,
    figures: summarise(measured.get(name) ?? []),
    against: against === null ? null : summarise(measured.get(against) ?? []),
  })),
);
for (const server of new Set(scenarios.map((it) => it.server))) server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);

function chosenOf(all: readonly Scenario[]): readonly Scenario[] {
  const chosen = all.filter(({ name }) => name.includes(only));
  const bases = new Set(chosen.map(({ against }) => against));
  return all.filter((one) => chosen.includes(one) || bases.has(one.name));
}

async function measureOnce(scenario: Scenario, duration: number): Promise<Figures> {
  const before = cpuSeconds(scenario.server.pid);
  const figures: LoadFigures = await load(
    { port: scenario.server.port, path: pathOf(scenario.traffic) },
    scriptPath,
    files.get(scenario.traffic) ?? "",
    duration,
  );
  const used = cpuSeconds(scenario.server.pid) - before;
  if (figures.errors > 0) process.stderr.write(`${scenario.name}: ${figures.errors} errors\n`);
  return { ...figures, cpuMicros: (used / (figures.perSecond * duration)) * 1e6 };
}

async function startAll(): Promise<readonly Scenario[]> {
  const ours = new Map<number, PinnedServer>();
  for (const size of sizes)
    ours.set(size, await startPinned(`${size}`, "atelier.ts", ["0", `${size}`, redisUrl, folder]));
  const bytes = {
    fill: await answerBytes(ours.get(100_000), "fill"),
    "no-fill": await answerBytes(ours.get(100_000), "no-fill"),
  };
  const scenarios: Scenario[] = [];
  for (const traffic of ["no-fill", "fill"] as const) {
    const size = `${bytes[traffic]}`;
    const bare = async (name: string, file: string, args: readonly string[]) => {
      const title = `${name}, ${size} bytes`;
      const server = await startPinned(title, file, ["0", size, ...args]);
      const against = name === idiomatic ? null : `${idiomatic}, ${size} bytes`;
      scenarios.push({ name: title, server, traffic, against });
    };
    await bare("bare node:http", "bareHttp.ts", []);
    await bare("bare Express, express.json()", "bareExpress.ts", ["-", "express"]);
    await bare(idiomatic, "bareExpress.ts", [redisUrl, "express"]);
    await bare("bare Express, own reader, one GET", "bareExpress.ts", [redisUrl, "own"]);
    for (const [count, server] of ours) {
      const name = `Atelier, ${count} campaigns, ${traffic}`;
      scenarios.push({ name, server, traffic, against: `${idiomatic}, ${size} bytes` });
    }
  }
  const largest = ours.get(100_000);
  if (largest === undefined) return scenarios;
  const against = `${idiomatic}, ${bytes.fill} bytes`;
  const filled = "Atelier, 100000 campaigns, no consent";
  scenarios.push({ name: filled, server: largest, traffic: "no consent", against });
  // Beside the page path of the same server: what it costs that an exchange asks.
  const pages = (traffic: "fill" | "no-fill") => `Atelier, 100000 campaigns, ${traffic}`;
  await answerBytes(largest, "bids");
  await answerBytes(largest, "no bids");
  for (const [traffic, page] of [
    ["bids", pages("fill")],
    ["no bids", pages("no-fill")],
  ] as const)
    scenarios.push({
      name: `Atelier, 100000 campaigns, ${traffic}`,
      server: largest,
      traffic,
      against: page,
    });
  return scenarios;
}

/** The usual size of our answers, so that bare servers write as much. */
async function answerBytes(server: PinnedServer | undefined, traffic: Traffic): Promise<number> {
  const sizesOfAnswers: number[] = [];
  let filled = 0;
  for (const body of bodiesOf(traffic, 50)) {
    const headers = { "content-type": "application/json", "user-agent": userAgent };
    const url = `http://127.0.0.1:${server?.port}${pathOf(traffic)}`;
    const answer = await fetch(url, { method: "POST", body, headers });
    const text = await answer.text();
    if (/"campaignId"|"seatbid"/.test(text)) filled++;
    sizesOfAnswers.push(text.length);
  }
  // A slot of one size leaves some requests without any shop of the place: bids are fewer.
  const leastFilled = { fill: 45, bids: 35 }[traffic as "fill" | "bids"];
  if (leastFilled === undefined ? filled > 0 : filled < leastFilled)
    throw new Error(`${filled} of 50 answers to the ${traffic} traffic had an ad`);
  return sizesOfAnswers.sort((a, b) => a - b)[25] ?? 0;
}

async function startRedis(): Promise<string> {
  const binary = await findRedis({
    searchPath: process.env.PATH ?? "",
    cacheDir: new URL("../.cache", import.meta.url).pathname,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const port = await freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis = spawn("taskset", ["-c", "1", binary.command, ...args], {
    stdio: "ignore",
    env: { ...process.env, LD_LIBRARY_PATH: binary.libraryPath },
  });
  process.on("exit", () => redis.kill("SIGKILL"));
  return `redis://127.0.0.1:${port}`;
}
