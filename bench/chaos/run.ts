import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type RedisCluster, startRedisCluster } from "../../src/embedded/redisCluster.ts";
import { descendantsOf } from "../../test/support/process.ts";
import { until } from "../../test/support/until.ts";
import { unwrittenIn } from "./books.ts";
import type { Fault } from "./fault.ts";
import { clusterFaults } from "./faults/cluster.ts";
import { dataFaults } from "./faults/data.ts";
import { processFaults } from "./faults/processes.ts";
import { storeFaults } from "./faults/stores.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { circumstances, toTable, writeIntoPage } from "./report.ts";
import { type Outcome, type Run, runFault } from "./runFault.ts";
import { type ChaosStores, startStores } from "./stores.ts";
import { openTown, type Town } from "./town.ts";

/**
 * `npm run chaos`: faults under steady load on two ad nodes, a management process and a worker, with real stores, one after
 * the other; after each the books of readers, ledger, Redis and stream are compared. Ends with 1 when a promise was broken.
 */
let cluster: RedisCluster | null = null;
const theCluster = (): RedisCluster => {
  if (cluster === null) throw new Error("there is no cluster yet");
  return cluster;
};
const faults: readonly Fault[] = [
  ...processFaults,
  ...storeFaults,
  ...dataFaults,
  ...clusterFaults(theCluster),
];
const endless = { dailyBudgetMicros: 1_000_000_000_000 };
const paidMicros = 5_000_000;
const otherMicros = 4_000_000;

const options = readOptions();
// However this process ends: none of those that it started stays behind.
process.once("exit", () => {
  for (const pid of descendantsOf(process.pid)) killQuietly(pid);
});
if (options.list) for (const { name, what } of faults) console.log(`${name}: ${what}`);
else process.exitCode = await strikeAll(options);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone by itself.
  }
}

function readOptions(): Options {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseOptions(
      args,
      faults.map(({ name }) => name),
    );
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

async function strikeAll({ only, write }: Options): Promise<number> {
  const beganAtMs = performance.now();
  const chosen = faults.filter(({ name }) => only.length === 0 || only.includes(name));
  const stores = await startStores();
  const stopping: (() => Promise<void>)[] = [stores.stop];
  const outcomes: Outcome[] = [];
  try {
    const town = await openTown(stores);
    stopping.unshift(town.stop);
    const run = await openShops(town);
    for (const fault of chosen) {
      if (fault.onCluster && cluster === null) {
        cluster = await moveToCluster(town, stores);
        stopping.splice(1, 0, cluster.stop);
      }
      const outcome = await runFault(run, fault);
      outcomes.push(outcome);
      console.error(`${told(beganAtMs)} ${lineOf(outcome)}`);
    }
  } finally {
    for (const stop of stopping)
      await stop().catch((error: unknown) => console.error(`not stopped: ${error}`));
  }
  const table = toTable(outcomes);
  const about = circumstances((performance.now() - beganAtMs) / 1_000);
  console.log(`${table}\n\n${about}`);
  if (write) writeIntoPage(about, table);
  return outcomes.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}

async function openShops(town: Town): Promise<Run> {
  const paid = await town.openShop({ bidMicros: paidMicros, ...endless });
  const other = await town.openShop({ bidMicros: otherMicros, ...endless });
  return {
    ...{ town, paid, other, shops: [paid, other] },
    books: { given: new Set(), answered: new Set(), blamed: new Set() },
  };
}

/** From the one Redis, which owes the ledger nothing any more; the cluster is filled from there. */
async function moveToCluster(town: Town, stores: ChaosStores): Promise<RedisCluster> {
  const folder = join(stores.folder, "cluster");
  await mkdir(folder);
  const started = await startRedisCluster({ folder, binary: stores.redisBinary });
  await until(async () => (await unwrittenIn(town.redisUrl())) === 0, 30_000);
  await town.moveRedis(started.url);
  return started;
}

function told(beganAtMs: number): string {
  return `${((performance.now() - beganAtMs) / 1_000).toFixed(0)} s:`;
}

function lineOf({ fault, wrong, ...it }: Outcome): string {
  const figures = `${it.requests} requests, ${it.lost} lost, ${it.errors} errors, money wrong ${it.moneyWrong}`;
  const recovered = `recovered after ${(it.recoverMs / 1_000).toFixed(1)} s`;
  const promises = wrong.length === 0 ? "kept" : `BROKEN: ${wrong.join("; ")}`;
  return `${fault.name}: ${figures}, ${recovered}, promises ${promises}`;
}
