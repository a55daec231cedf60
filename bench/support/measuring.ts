import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kinds } from "./kinds.ts";
import {
  type Calibrator,
  type CoreTime,
  firstCoreTime,
  loadOfMachine,
  othersShareOf,
} from "./noise.ts";
import { mintPixels } from "./pixels.ts";
import { cpuSeconds, cpuSecondsOfFamily, type PinnedServer } from "./processes.ts";
import type { Figures } from "./report.ts";
import type { PlannedRow } from "./rows.ts";
import type { BenchStores } from "./stores.ts";
import { type LoadFigures, load } from "./wrk.ts";

export interface Measuring {
  readonly stores: BenchStores;
  readonly calibrator: Calibrator;
  readonly scriptPath: string;
  readonly folder: string;
  /** The file of a kind's lines, for kinds whose lines may be sent again. */
  readonly fileOf: (kind: PlannedRow["kind"]) => string;
  /** Of the generator, where the kind does not say how many. */
  readonly connections: number;
}

/** The fastest turn of the calibrating loop in this run, ms. */
let fastestSpinMs = Number.POSITIVE_INFINITY;

/** Loads one row's server for so long, and looks at the machine around it. */
export async function measureOnce(
  row: PlannedRow,
  server: PinnedServer,
  seconds: number,
  measuring: Measuring,
): Promise<Figures> {
  const kind = kinds[row.kind];
  const lines = await linesFor(row, seconds, measuring);
  const spinMs = await measuring.calibrator.spinMs();
  fastestSpinMs = Math.min(fastestSpinMs, spinMs);
  const before = lookAt(row, server, measuring.stores);
  const connections = kind.connections ?? measuring.connections;
  const target = { port: server.port, ...kind, connections };
  const figures = await load(target, measuring.scriptPath, lines.file, seconds);
  lastRates.set(row.name, figures.perSecond);
  const after = lookAt(row, server, measuring.stores);
  complainOf(row, figures, lines.count);
  const used = after.server - before.server;
  const all = used + after.stores - before.stores;
  return {
    ...figures,
    cpuMicros: (used / figures.answered) * 1e6,
    allCpuMicros: (all / figures.answered) * 1e6,
    noise: {
      slowness: spinMs / fastestSpinMs,
      othersShare: othersShareOf(before.core, after.core, used),
      load: loadOfMachine(),
    },
  };
}

/** How many were answered a second when a kind was last measured, to mint as many for the next round, and some more. */
const lastRates = new Map<string, number>();
const firstPixelsPerSecond = 8_000;
/** A machine that was busy in the last round may not be in the next. */
const leastPixelsPerSecond = 2_000;

async function linesFor(
  { name, kind, server }: PlannedRow,
  seconds: number,
  { stores, folder, fileOf }: Measuring,
): Promise<{ readonly file: string; readonly count: number }> {
  if (kinds[kind].linesOf !== null) return { file: fileOf(kind), count: Infinity };
  const file = join(folder, "pixels.txt");
  // A bare server does not look: it may have one line.
  const lastRate = lastRates.get(name) ?? firstPixelsPerSecond;
  const perSecond = Math.max(leastPixelsPerSecond, 1.5 * lastRate);
  const wanted = server.is === "bare" ? 1 : Math.ceil(seconds * perSecond);
  const paths = await mintPixels(stores.redis.url, wanted);
  await writeFile(file, `${paths.join("\n")}\n`);
  return { file, count: server.is === "bare" ? Infinity : paths.length };
}

interface Look {
  readonly server: number;
  readonly stores: number;
  readonly core: CoreTime;
}

/** Processor seconds until now. */
function lookAt({ server: plan }: PlannedRow, server: PinnedServer, stores: BenchStores): Look {
  const asksPostgis = plan.is === "compared" && plan.way === "PostGIS";
  const asksNobody =
    (plan.is === "bare" && !plan.flavour.endsWith("GET")) ||
    (plan.is === "compared" && plan.way === "linear scan");
  const ofStores = () => {
    if (asksNobody) return 0;
    return asksPostgis && stores.postgis !== null
      ? cpuSecondsOfFamily(stores.postgis.pid)
      : cpuSeconds(stores.redis.pid);
  };
  return { server: cpuSeconds(server.pid), stores: ofStores(), core: firstCoreTime() };
}

function complainOf({ name }: PlannedRow, { errors, answered }: LoadFigures, lines: number): void {
  if (errors > 0) process.stderr.write(`${name}: ${errors} errors\n`);
  if (answered > lines)
    process.stderr.write(`${name}: ${answered} requests, and only ${lines} of them anew\n`);
}
