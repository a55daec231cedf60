import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startGenerator } from "../latency/generator.ts";
import { createHistogram, type Histogram } from "../latency/histogram.ts";
import { bodiesOf } from "../support/requests.ts";
import { measureApply } from "./apply.ts";
import { findMost } from "./most.ts";
import { type BenchNode, startNode } from "./nodes.ts";
import { ask, openRivals, type Probe, type Rivals, startProbe } from "./probe.ts";
import { seedCampaigns } from "./seedCampaigns.ts";
import { openStoresOnSecondCore } from "./stores.ts";

/**
 * `npm run bench:served`: from the 200 of a campaign's PATCH to the first page that shows it, on each of several nodes, while pages
 * are asked for at half of the most that they answer. Nodes are `serve` with all it does, on real Postgres and Redis. And how long one
 * change takes to apply in a process.
 */
const { values } = parseArgs({
  options: {
    campaigns: { type: "string", default: "100000" },
    nodes: { type: "string", default: "2" },
    writes: { type: "string", default: "200" },
  },
});
const campaigns = Number(values.campaigns);
const nodeCount = Number(values.nodes);
const writes = Number(values.writes);
const aimMs = 1_000;
const applyAimMs = 5;
/** Beyond what the load needs: it is halted when the last write is served. */
const longMs = 3_600_000;

const stores = await openStoresOnSecondCore("served");
const nodes: BenchNode[] = [];
const generator = startGenerator();
let isEnding = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end(130));
try {
  await measure();
  await end(0);
} catch (error) {
  if (!isEnding) console.error(error);
  await end(1);
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  generator.close();
  await Promise.all(nodes.map((node) => node.stop()));
  await stores.stop();
  process.exit(code);
}

async function measure(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const applied = measureApply(campaigns);
  await seedCampaigns(stores.databaseUrl, campaigns);
  say(`${campaigns} campaigns are stored`);
  // Side by side on one core: the first with management beside it, as one machine has it.
  for (let index = 0; index < nodeCount; index++)
    nodes.push(await startNode(stores, { role: index === 0 ? "all" : "ads", core: 0 }));
  const api = { url: nodes[0]?.url ?? "", key: stores.key };
  const rivals = await openRivals(api);
  const bodiesFile = join(stores.folder, "bodies.txt");
  await writeFile(bodiesFile, bodiesOf("fill", 5_000).join("\n"));
  const most = await findMost(nodes, stores.folder, bodiesFile);
  say(`the most: ${most.toFixed(0)} pages a second of ${nodeCount} nodes together`);
  const pages = generator.run({
    ports: nodes.map(({ port }) => port),
    path: "/v1/ads",
    bodiesFile,
    perSecond: most / 2,
    forMs: longMs,
    connections: 64,
    arrivals: "even",
    seed: 3,
  });
  const probes = nodes.map(startProbe);
  await delay(3_000);
  const told = await writeAll(api, rivals, probes);
  for (const probe of probes) probe.stop();
  generator.halt();
  print(told, applied, most, await pages);
}

interface Told {
  readonly writes: Histogram;
  readonly nodes: readonly Histogram[];
  readonly all: Histogram;
}

async function writeAll(
  api: Parameters<typeof ask>[0],
  { changed, other, lowMicros, highMicros }: Rivals,
  probes: readonly Probe[],
): Promise<Told> {
  const told = {
    writes: createHistogram(),
    nodes: probes.map(() => createHistogram()),
    all: createHistogram(),
  };
  for (let write = 0; write < writes; write++) {
    const isHigh = write % 2 === 0;
    const bidMicros = isHigh ? highMicros : lowMicros;
    // From before the write: a node may show it before its writer has read the answer.
    const shown = Promise.all(probes.map((probe) => probe.untilShown(isHigh ? changed : other)));
    const beganMs = performance.now();
    await ask(api, "PATCH", `/v1/campaigns/${changed}`, { bidMicros });
    const writtenMs = performance.now();
    told.writes.record((writtenMs - beganMs) * 1_000);
    const momentsMs = await shown;
    for (const [index, atMs] of momentsMs.entries())
      told.nodes[index]?.record(Math.max(0, atMs - writtenMs) * 1_000);
    told.all.record(Math.max(0, Math.max(...momentsMs) - writtenMs) * 1_000);
    // Writes come at any moment of a node's polls.
    await delay(40 + ((write * 37) % 160));
  }
  return told;
}

type Pages = Awaited<ReturnType<typeof generator.run>>;
type Applied = ReturnType<typeof measureApply>;

function print(told: Told, applied: Applied, most: number, pages: Pages): void {
  const row = (name: string, times: Histogram): string => {
    const ms = (share: number): string => (times.percentile(share) / 1_000).toFixed(0);
    const max = (times.max() / 1_000).toFixed(0);
    return `| ${name} | ${times.count()} | ${ms(0.5)} | ${ms(0.9)} | ${ms(0.99)} | ${max} |`;
  };
  const load1 = (loadavg()[0] ?? 0).toFixed(1);
  const { latency, errors, answeredPerSecond } = pages;
  const p99Ms = told.all.percentile(0.99) / 1_000;
  console.log(
    [
      `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${new Date().toISOString().slice(0, 10)}; load average ${load1}`,
      `${campaigns} campaigns, ${nodeCount} nodes on one core, most ${most.toFixed(0)} pages/s; ${answeredPerSecond.toFixed(0)}/s meanwhile, p50 ${latency.p50Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms, ${errors} errors`,
      "",
      "| ms | times | p50 | p90 | p99 | slowest |",
      "| --- | ---: | ---: | ---: | ---: | ---: |",
      row("the PATCH itself", told.writes),
      ...told.nodes.map((times, index) => row(`… to its first page on node ${index + 1}`, times)),
      row("… to all nodes", told.all),
      "",
      "| changes since the base was built | one change applied, CPU ms, p50 | p90 |",
      "| ---: | ---: | ---: |",
      ...applied.map(
        ({ changed, p50Ms, p90Ms }) => `| ${changed} | ${p50Ms.toFixed(2)} | ${p90Ms.toFixed(2)} |`,
      ),
      "",
      `p99 to all nodes: ${p99Ms.toFixed(0)} ms, aim ${aimMs}: ${p99Ms <= aimMs ? "met" : "missed"}. One change: aim ${applyAimMs} ms.`,
    ].join("\n"),
  );
}
