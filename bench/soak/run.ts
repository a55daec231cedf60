import { appendFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startGenerator } from "../latency/generator.ts";
import type { LoopFigures } from "../latency/openLoop.ts";
import { findMost } from "../served/most.ts";
import { type BenchNode, readMetrics, startNode } from "../served/nodes.ts";
import { seedCampaigns } from "../served/seedCampaigns.ts";
import { openBenchStores } from "../served/stores.ts";
import { bodiesOf } from "../support/requests.ts";
import { type Churn, startChurn } from "./churn.ts";
import { csvHead, csvLine, type Sample, sampleOf, summaryOf } from "./samples.ts";

/**
 * `npm run bench:soak -- --minutes 30`: one node as `npm run serve` starts it, on real stores, with pages at 60 % of the most that it
 * answers, one impression in five pages, and 100 campaign writes a second (`churn.ts` says how). Every ten seconds a line in a CSV;
 * at the end, also after Ctrl-C, what has grown. Nothing is left running.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    campaigns: { type: "string", default: "100000" },
    writes: { type: "string", default: "100" },
    share: { type: "string", default: "0.6" },
    csv: { type: "string", default: join(tmpdir(), "atelier-soak.csv") },
  },
});
const campaigns = Number(values.campaigns);
const everyMs = 10_000;
const seenEvery = 5;

const stores = await openBenchStores("soak");
const generator = startGenerator();
const running: { node: BenchNode | null; churn: Churn | null } = { node: null, churn: null };
const samples: Sample[] = [];
let isEnding = false;
// The load ends, and what was measured until then is told.
let isHalted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    // Before the load there is nothing to tell; a second request does not wait.
    if (samples.length === 0 || isHalted) void end(130);
    isHalted = true;
    generator.halt();
  });
try {
  await soak();
  await end(0);
} catch (error) {
  if (!isEnding) console.error(error);
  await end(1);
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  generator.close();
  await running.churn?.stop().catch(() => undefined);
  await running.node?.stop();
  await stores.stop();
  process.exit(code);
}

async function soak(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await seedCampaigns(stores.databaseUrl, campaigns);
  say(`${campaigns} campaigns are stored`);
  const node = await startNode(stores, { role: "all" });
  running.node = node;
  const bodiesFile = join(stores.folder, "bodies.txt");
  await writeFile(bodiesFile, bodiesOf("fill", 5_000).join("\n"));
  const most = await findMost([node], stores.folder, bodiesFile);
  const perSecond = most * Number(values.share);
  say(`the most: ${most.toFixed(0)} pages a second; ${perSecond.toFixed(0)} from now on`);
  writeFileSync(values.csv, `${csvHead}\n`);
  running.churn = startChurn(stores.databaseUrl, campaigns, Number(values.writes));
  const beganMs = performance.now();
  const told: Promise<void>[] = [];
  const onPart = (part: LoopFigures): void => {
    told.push(take(node, part, (performance.now() - beganMs) / 1_000));
  };
  const order = {
    ports: [node.port],
    path: "/v1/ads",
    bodiesFile,
    perSecond,
    forMs: Number(values.minutes) * 60_000,
    connections: 64,
    arrivals: "poisson" as const,
    seed: 5,
    everyMs,
    seenEvery,
  };
  const all = await generator.run(order, onPart);
  await Promise.all(told);
  print(most, perSecond, all);
}

async function take(node: BenchNode, part: LoopFigures, second: number): Promise<void> {
  const written = running.churn?.takeCount() ?? { written: 0, failed: 0 };
  const sample = sampleOf(second, part, written, await readMetrics(node));
  samples.push(sample);
  appendFileSync(values.csv, `${csvLine(sample)}\n`);
}

function print(most: number, perSecond: number, { latency, errors }: LoopFigures): void {
  console.log(
    [
      `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${new Date().toISOString().slice(0, 10)}; load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
      `${campaigns} campaigns; most ${most.toFixed(0)} pages/s, ${perSecond.toFixed(0)}/s asked for; over all: p50 ${latency.p50Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms, p99.9 ${latency.p999Ms.toFixed(1)} ms, ${errors} errors`,
      ...summaryOf(samples),
      "",
      `every sample: ${values.csv}`,
    ].join("\n"),
  );
}
