import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cpuSeconds, type PinnedServer, startPinned } from "../support/processes.ts";
import { bodiesOf, pathOf, type Traffic } from "../support/requests.ts";
import { startRedis } from "../support/startRedis.ts";
import { load, writeScript } from "../support/wrk.ts";
import { type Generator, startGenerator } from "./generator.ts";
import type { LoopFigures } from "./openLoop.ts";
import { raisePriority } from "./priority.ts";

/**
 * `npm run bench:latency`: what a filled page takes at fixed rates. First the most that the server answers (wrk, closed loop), then
 * 25, 50, 75 and 90 % of it sent by an open loop: at planned times, latency from the planned time (coordinated omission). Beside it a
 * bare Express server with one GET, at the same requests a second, which tells the machine's own part. `--realtime`: on a machine with
 * other work, what is measured comes before all else (chrt), so that waiting for a processor is none of it; everything else stands
 * still meanwhile. Needs Linux, two cores, taskset, wrk.
 */
const { campaigns, seconds, rounds, arrivals, traffic, realtime } = options();
const shares = [0.25, 0.5, 0.75, 0.9];
const aimMs = 5;
const connections = 64;
const seed = 11;

interface Row {
  readonly name: string;
  readonly server: PinnedServer;
  readonly perSecond: number;
}
interface Round extends LoopFigures {
  readonly cpuShare: number;
}

// Its servers are killed as it exits, also when it is told to.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => process.exit(130));
const folder = await mkdtemp(join(tmpdir(), "atelier-latency-"));
if (realtime) raisePriority(process.pid);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const { url: redisUrl } = await startRedis();
const bodiesFile = join(folder, "bodies.txt");
await writeFile(bodiesFile, bodiesOf(traffic, 5_000).join("\n"));
const ours = await startPinned("ours", "atelier.ts", ["0", `${campaigns}`, redisUrl, folder]);
const bare = await startPinned("bare", "bareExpress.ts", ["0", "1530", redisUrl, "express"]);
const generator = startGenerator();
const most = await findMost();
process.stderr.write(`the most: ${most.toFixed(0)} requests a second\n`);
const rows: readonly Row[] = shares.flatMap((share) => {
  const perSecond = share * most;
  const name = `${Math.round(share * 100)} %`;
  const own = { name: `Atelier at ${name}`, server: ours, perSecond };
  return share === 0.5
    ? [own, { name: `bare Express at ${name}`, server: bare, perSecond }]
    : [own];
});
const measured = new Map<Row, Round[]>(rows.map((row) => [row, []]));
for (let round = 0; round < rounds; round++) {
  for (const row of rows) measured.get(row)?.push(await measure(row, generator, round));
  process.stderr.write(`round ${round + 1} of ${rounds} done\n`);
}
print();
generator.close();
ours.stop();
bare.stop();
process.exit(0);

function options() {
  const { values } = parseArgs({
    options: {
      campaigns: { type: "string", default: "100000" },
      seconds: { type: "string", default: "20" },
      rounds: { type: "string", default: "3" },
      arrivals: { type: "string", default: "even" },
      traffic: { type: "string", default: "fill" },
      realtime: { type: "boolean", default: false },
    },
  });
  return {
    campaigns: Number(values.campaigns),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    arrivals: values.arrivals === "poisson" ? "poisson" : "even",
    traffic: values.traffic as Traffic,
    realtime: values.realtime,
  } as const;
}

/** Median of three closed loops of wrk, after the engine has compiled what is hot. */
async function findMost(): Promise<number> {
  const script = await writeScript(folder);
  const rates: number[] = [];
  for (const forSeconds of realtime ? [4, 2, 2, 2] : [8, 4, 4, 4]) {
    const target = { port: ours.port, path: pathOf(traffic), connections: 32 };
    rates.push((await load(target, script, bodiesFile, forSeconds)).perSecond);
  }
  await load(
    { port: bare.port, path: "/v1/ads", connections: 32 },
    script,
    bodiesFile,
    realtime ? 2 : 4,
  );
  return rates.slice(1).sort((a, b) => a - b)[1] ?? 0;
}

async function measure({ server, perSecond }: Row, by: Generator, round: number): Promise<Round> {
  const before = cpuSeconds(server.pid);
  const figures = await by.run({
    ports: [server.port],
    path: pathOf(traffic),
    bodiesFile,
    perSecond,
    forMs: seconds * 1_000,
    connections,
    arrivals,
    seed: seed + round,
  });
  return { ...figures, cpuShare: (cpuSeconds(server.pid) - before) / seconds };
}

function print(): void {
  const load1 = (loadavg()[0] ?? 0).toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  console.log(
    [
      `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${day}; load average ${load1} at the end`,
      `${campaigns} campaigns, ${traffic}; the most ${most.toFixed(0)}/s (closed loop); ${rounds} rounds of ${seconds} s, ${arrivals} arrivals, ${connections} connections${realtime ? ", at real-time priority" : ""}; medians of the rounds`,
      "",
      "| | requests/s | CPU | p50 ms | p90 ms | p99 ms | p99.9 ms | slowest ms | p99 of the rounds | sent late, p99 ms | errors |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...rows.map(lineOf),
    ].join("\n"),
  );
  const half = rows.find(({ name }) => name === "Atelier at 50 %");
  const p99Ms = half === undefined ? Number.NaN : median(half, ({ latency }) => latency.p99Ms);
  console.log(
    `\np99 at half of the most: ${p99Ms.toFixed(2)} ms; aim ${aimMs} ms: ${p99Ms <= aimMs ? "met" : "missed"}`,
  );
}

function median(row: Row, read: (round: Round) => number): number {
  const sorted = (measured.get(row) ?? []).map(read).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function lineOf(row: Row): string {
  const list = measured.get(row) ?? [];
  const ms = (read: (round: Round) => number): string => median(row, read).toFixed(2);
  const p99s = list.map(({ latency }) => latency.p99Ms);
  const cells = [
    row.name,
    median(row, ({ answeredPerSecond }) => answeredPerSecond).toFixed(0),
    `${(median(row, ({ cpuShare }) => cpuShare) * 100).toFixed(0)} %`,
    ms(({ latency }) => latency.p50Ms),
    ms(({ latency }) => latency.p90Ms),
    ms(({ latency }) => latency.p99Ms),
    ms(({ latency }) => latency.p999Ms),
    ms(({ latency }) => latency.maxMs),
    `${Math.min(...p99s).toFixed(2)}–${Math.max(...p99s).toFixed(2)}`,
    ms(({ late }) => late.p99Ms),
    `${list.reduce((sum, { errors }) => sum + errors, 0)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}
