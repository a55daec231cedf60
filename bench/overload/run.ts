import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cpuSeconds, startPinned } from "../support/processes.ts";
import { bodiesOf, pathOf, type Traffic } from "../support/requests.ts";
import { startRedis } from "../support/startRedis.ts";
import { costsOf } from "./costs.ts";
import { confirmMost, findMost, keepsUp } from "./findMost.ts";
import type { FloodFigures } from "./floodLoop.ts";
import { startFlooding } from "./floodProcess.ts";

/**
 * `npm run bench:overload [-- --quick] [-- --traffic no-fill] [-- --within 50] [-- --ungated]`: the most that a node keeps up with, then that, twice and
 * three times as much, sent by an open loop. Server on the first core, Redis and the generator on the second. Needs Linux, two
 * cores, taskset. `--ungated`: the same without admission, to see what it is good for.
 */
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    ungated: { type: "boolean", default: false },
    traffic: { type: "string", default: "fill" },
    campaigns: { type: "string", default: "100000" },
    within: { type: "string", default: "50" },
  },
});
const traffic = values.traffic as Traffic;
const seconds = values.quick ? 5 : 15;
const rounds = values.quick ? 1 : 3;
const connections = 512;
/** What 99 in 100 answers may take where a node keeps up, ms. */
const withinMs = Number(values.within);

const folder = await mkdtemp(join(tmpdir(), "atelier-overload-"));
const { url: redisUrl, pid: redisPid } = await startRedis();
const bodiesFile = join(folder, "bodies.txt");
await writeFile(bodiesFile, bodiesOf(traffic, 5_000).join("\n"));
const gated = values.ungated ? "-" : "gated";
const args = ["0", values.campaigns, redisUrl, folder, gated];
const server = await startPinned("atelier", "atelier.ts", args);
const generator = startFlooding();

interface Measured extends FloodFigures {
  /** Of the server, s; and what part of their core it and Redis used. */
  readonly cpuSeconds: number;
  readonly cpuShare: number;
  readonly redisShare: number;
}

const send = async (perSecond: number, forSeconds: number): Promise<Measured> => {
  const used = () => [cpuSeconds(server.pid), cpuSeconds(redisPid)] as const;
  const [before, redisBefore] = used();
  const beganMs = performance.now();
  const order = { port: server.port, path: pathOf(traffic), bodiesFile, perSecond, connections };
  const figures = await generator.run({ ...order, seconds: forSeconds });
  const [after, redisAfter] = used();
  const tookSeconds = (performance.now() - beganMs) / 1_000;
  return {
    ...figures,
    cpuSeconds: after - before,
    cpuShare: (after - before) / tookSeconds,
    redisShare: (redisAfter - redisBefore) / tookSeconds,
  };
};

const look = async (perSecond: number, forSeconds: number): Promise<Measured> => {
  const figures = await send(perSecond, forSeconds);
  process.stderr.write(
    `${perSecond}/s for ${forSeconds} s: ${keepsUp(figures, withinMs) ? "keeps up" : "does not"} (${figures.decidedPerSecond.toFixed(0)}/s decided, p99 ${figures.decided.p99Ms.toFixed(1)} ms)\n`,
  );
  return figures;
};

await send(1_000, 3);
await send(4_000, values.quick ? 4 : 8);
const found = await findMost((perSecond) => look(perSecond, 4), {
  from: traffic === "no-fill" ? 10_000 : 4_000,
  steps: values.quick ? 6 : 8,
  withinMs,
});
const most = await confirmMost((perSecond) => look(perSecond, seconds), found, withinMs);
const multiples = [1, 2, 3];
const measured = new Map<number, Measured[]>(multiples.map((multiple) => [multiple, []]));
for (let round = 0; round < rounds; round++) {
  for (const multiple of multiples)
    measured.get(multiple)?.push(await send(multiple * most, seconds));
  process.stderr.write(`round ${round + 1} of ${rounds} done\n`);
}
print();
generator.close();
server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);

function print(): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const [processor] = cpus();
  const loads = loadavg().map((load) => load.toFixed(1));
  say(
    `Node ${process.version}, ${processor?.model ?? "unknown"}, ${cpus().length} cores; load average ${loads.join(", ")}; ${traffic}, ${values.campaigns} campaigns, ${gated === "gated" ? "with" : "without"} admission`,
  );
  say(
    `The most: ${most} requests a second (under 1 % sent away, 99 in 100 within ${withinMs} ms, for ${seconds} s; ${found} by looks of 4 s); medians of ${rounds} rounds\n`,
  );
  say(
    "| sent | decided/s | of the most | p50 ms | p99 ms | p99 of 1× | sent away/s | p50 ms | p99 ms | sender late p99 ms | no connection p99 ms | server | Redis | sender |",
  );
  say(`| --- |${" ---: |".repeat(13)}`);
  const p99AtMost = median(1, ({ decided }) => decided.p99Ms);
  for (const multiple of multiples) {
    const of = (read: (figures: Measured) => number) => median(multiple, read);
    const decided = of((one) => one.decidedPerSecond);
    const p99Ms = of((one) => one.decided.p99Ms);
    const cells = [
      `${multiple}× (${multiple * most}/s)`,
      decided.toFixed(0),
      `${((100 * decided) / most).toFixed(0)} %`,
      of((one) => one.decided.p50Ms).toFixed(1),
      p99Ms.toFixed(1),
      (p99Ms / p99AtMost).toFixed(2),
      of((one) => one.shedPerSecond).toFixed(0),
      of((one) => one.shed.p50Ms).toFixed(1),
      of((one) => one.shed.p99Ms).toFixed(1),
      of((one) => one.late.p99Ms).toFixed(1),
      of((one) => one.queued.p99Ms).toFixed(1),
      percent(of((one) => one.cpuShare)),
      percent(of((one) => one.redisShare)),
      percent(of((one) => one.senderShare)),
    ];
    say(`| ${cells.join(" | ")} |`);
  }
  const costs = costsOf(measured.get(1) ?? [], measured.get(3) ?? []);
  if (costs !== null)
    say(
      `\nOf the server's processor: ${costs.decisionMicros.toFixed(0)} µs a decision, ${costs.refusalMicros.toFixed(1)} µs a refusal (from 1× and 3×, medians); with these three times the most leaves ${percent(costs.goodputAtThree)}`,
    );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function median(multiple: number, read: (figures: Measured) => number): number {
  const sorted = (measured.get(multiple) ?? []).map(read).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
