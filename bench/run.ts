import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aimsOf, aimsTable } from "./support/aims.ts";
import { type KindName, kinds } from "./support/kinds.ts";
import { type Measuring, measureOnce } from "./support/measuring.ts";
import { startCalibrator } from "./support/noise.ts";
import { type BenchOptions, readOptions } from "./support/options.ts";
import { memoryOf, type PinnedServer } from "./support/processes.ts";
import {
  type Figures,
  machineLine,
  printTable,
  type Summary,
  summarise,
} from "./support/report.ts";
import {
  atelierRow,
  chooseRows,
  expectedSeconds,
  type PlannedRow,
  planRows,
  serverKey,
  usualSkew,
} from "./support/rows.ts";
import { measureSnapshot, type SnapshotFacts, snapshotLines } from "./support/snapshotFacts.ts";
import { checkFilled, type Probe, probe, type Servers, startServers } from "./support/starting.ts";
import { type BenchStores, startStores } from "./support/stores.ts";
import { writeScript } from "./support/wrk.ts";

/**
 * `npm run bench`: our serving path beside bare servers and beside what a team would otherwise write, in one run. Each server
 * on the first core; wrk, Redis and Postgres on the second; rounds alternated; medians. Needs Linux, two cores, taskset and
 * wrk (`apt-get install wrk`). Options: docs/benchmarks.md.
 */
const options = readOptions(process.argv.slice(2));
const say = (line: string): boolean => process.stderr.write(`${line}\n`);
if (options.micro) {
  await import("./micro/golden.ts");
  process.exit(0);
}
const rows = chooseRows(planRows(), options);
if (options.list) {
  for (const { name } of rows) console.log(name);
  process.exit(0);
}
if (rows.length === 0 && options.snapshotCampaigns === 0)
  throw new Error("no row has such a name and kind: see --list");
announce(options, rows);
const facts = await snapshotFactsOf(options.snapshotCampaigns);
if (rows.length > 0) await measureRows();
if (facts !== null) console.log(`\n${snapshotLines(facts)}`);
process.exit(0);

function announce(timing: BenchOptions, planned: readonly PlannedRow[]): void {
  const snapshotSeconds = timing.snapshotCampaigns / 10_000;
  const minutes = (expectedSeconds(planned, timing) + snapshotSeconds) / 60;
  say(
    `${planned.length} rows, ${timing.connections} connections, ${timing.rounds} rounds of ${timing.seconds} s after ${timing.warmUpSeconds} s: about ${Math.ceil(minutes)} minutes`,
  );
  say(machineLine());
}

async function snapshotFactsOf(campaigns: number): Promise<SnapshotFacts | null> {
  if (campaigns === 0) return null;
  say(`building a snapshot of ${campaigns} campaigns beside a loop that serves`);
  const measured = await measureSnapshot(campaigns);
  say(snapshotLines(measured));
  return measured;
}

async function measureRows(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-bench-"));
  const stores = await startStores(rows, folder);
  const there = rows.filter(({ server }) => stores.postgis !== null || !isOfPostgis(server));
  const lines = linesOfKinds(there);
  const linesOf = (kind: KindName): readonly string[] => lines.get(kind) ?? [];
  const fileOf = (kind: KindName): string => join(folder, `${kind}.txt`);
  for (const [kind, list] of lines) await writeFile(fileOf(kind), `${list.join("\n")}\n`);
  const servers = await startServers(there, stores, folder, linesOf);
  const calibrator = startCalibrator();
  const scriptPath = await writeScript(folder);
  const filled = await fillOf(there, servers, linesOf);
  const { connections } = options;
  const measuring = { stores, calibrator, scriptPath, folder, fileOf, connections };
  const measured = await measureInTurns(there, servers, measuring);
  print(there, measured, filled);
  printMemory(there, servers);
  await stopAll(servers, stores);
  calibrator.stop();
  await rm(folder, { recursive: true, force: true });
}

function isOfPostgis(server: PlannedRow["server"]): boolean {
  return server.is === "compared" && server.way === "PostGIS";
}

/** What is sent, by kind. */
function linesOfKinds(planned: readonly PlannedRow[]): ReadonlyMap<KindName, readonly string[]> {
  const wanted = new Set(planned.map(({ kind }) => kind));
  return new Map(
    [...wanted].flatMap((kind) => {
      const lines = kinds[kind].linesOf?.(kind === "forecasts" ? 500 : 5_000);
      return lines === undefined ? [] : [[kind, lines] as const];
    }),
  );
}

/** The share of filled answers of each row; it stops the run where that is not what the kind promises. */
async function fillOf(
  planned: readonly PlannedRow[],
  servers: Servers,
  linesOf: (kind: KindName) => readonly string[],
): Promise<ReadonlyMap<string, Probe>> {
  const found = new Map<string, Probe>();
  for (const row of planned) {
    if (row.server.is === "bare" || row.kind === "pixels") continue;
    const one = await probe(serverOf(row, servers), row.kind, linesOf(row.kind));
    checkFilled(row, one);
    found.set(row.name, one);
  }
  return found;
}

function serverOf({ server, name }: PlannedRow, servers: Servers): PinnedServer {
  const started = servers.get(serverKey(server));
  if (started === undefined) throw new Error(`the server of "${name}" was not started`);
  return started;
}

async function measureInTurns(
  planned: readonly PlannedRow[],
  servers: Servers,
  measuring: Measuring,
): Promise<ReadonlyMap<string, Summary>> {
  const { rounds, seconds, warmUpSeconds } = options;
  const all = new Map<string, readonly Figures[]>();
  for (const row of planned)
    await measureOnce(row, serverOf(row, servers), warmUpSeconds, measuring);
  const stopping = untilSignal();
  for (let round = 0; round < rounds && !stopping.isAsked; round++) {
    for (const row of planned) {
      if (stopping.isAsked) break;
      const figures = await measureOnce(row, serverOf(row, servers), seconds, measuring);
      all.set(row.name, [...(all.get(row.name) ?? []), figures]);
    }
    say(`round ${round + 1} of ${rounds} done; ${machineLine()}`);
  }
  return new Map([...all].map(([name, list]) => [name, summarise(list)]));
}

/** Who stops a run early (Ctrl-C, or a deadline's SIGTERM) is shown what was measured by then. */
function untilSignal(): { readonly isAsked: boolean } {
  const stopping = { isAsked: false };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      stopping.isAsked = true;
    });
  return stopping;
}

function print(
  planned: readonly PlannedRow[],
  measured: ReadonlyMap<string, Summary>,
  probes: ReadonlyMap<string, Probe>,
): void {
  printTable(
    planned.flatMap(({ name, against }) => {
      const figures = measured.get(name);
      if (figures === undefined) return [];
      const base = against === null ? null : (measured.get(against) ?? null);
      return [{ name, figures, against: base, filled: probes.get(name)?.filled ?? null }];
    }),
  );
  const skewed = planned.filter(
    ({ server }) => server.is === "atelier" && server.skew !== usualSkew,
  );
  console.log(`\n${aimsTable(aimsOf(measured, skewed, facts))}`);
}

/** What one more process that serves costs the machine: they share nothing of a snapshot. */
function printMemory(planned: readonly PlannedRow[], servers: Servers): void {
  const usual = planned.filter(
    ({ server, name }) => server.is === "atelier" && name === atelierRow("fill", server.campaigns),
  );
  for (const row of usual) {
    const { residentMegabytes, ownMegabytes } = memoryOf(serverOf(row, servers).pid);
    console.log(
      `${row.name}: the process takes ${residentMegabytes.toFixed(0)} MB, ${ownMegabytes.toFixed(0)} MB of it its own`,
    );
  }
}

async function stopAll(servers: Servers, stores: BenchStores): Promise<void> {
  for (const server of servers.values()) server.stop();
  await stores.stop();
}
