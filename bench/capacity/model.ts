import type { Assumed } from "./assumptions.ts";
import measuredFigures from "./measured.json" with { type: "json" };
import { aMonth, type Traffic, trafficOf } from "./traffic.ts";

export type Measured = Readonly<Record<keyof typeof measuredFigures, number>>;

/** The measured numbers alone. */
export const measured = Object.fromEntries(
  Object.entries(measuredFigures).map(([name, { value }]) => [name, value]),
) as Measured;

/** What is deployed for one scale of traffic. Rates are of the peak second, GB are 10⁹ bytes. */
export interface Plan {
  readonly assumed: Assumed;
  readonly traffic: Traffic;
  readonly serving: ServingPlan;
  readonly redis: RedisPlan;
  readonly ledger: LedgerPlan;
  readonly scores: ScoresPlan;
  readonly stream: StreamPlan;
  readonly outGbMonth: number;
}

export interface ServingPlan {
  /** Processors that are busy at the peak. */
  readonly busyCores: number;
  readonly processes: number;
  readonly tasks: number;
  /** The mean over a day, for tasks come and go with traffic. */
  readonly paidTasks: number;
  readonly memoryGbTask: number;
}

export interface RedisPlan {
  readonly commands: number;
  /** Threads of Redis that are busy at the peak, and of these with money. */
  readonly busyThreads: number;
  readonly busyMoneyThreads: number;
  readonly memoryGb: number;
  readonly shardsByTime: number;
  readonly shardsByMemory: number;
  readonly shards: number;
}

export interface LedgerPlan {
  readonly rows: number;
  readonly rowsMonth: number;
  readonly gbMonth: number;
  /** Of the index over event ids, whose keys come in no order: all of it is asked all the time. */
  readonly keyGbMonth: number;
  readonly gbKept: number;
  /** In instances of 2 processors and 16 GB: 1, 2, 4 … 32. */
  readonly units: number;
  readonly unitsInOrder: number;
  /** How many of them, were the ledger divided among several (it is not): by rows a second, and by the largest volume. */
  readonly databases: number;
}

export interface ScoresPlan {
  readonly reads: number;
  readonly readsMonth: number;
  readonly writesMonth: number;
  readonly gb: number;
}

export interface StreamPlan {
  readonly events: number;
  readonly packedMegabytes: number;
  readonly shards: number;
  readonly jsonGbMonth: number;
  readonly lakeGb: number;
}

/** Of `sizes.prod` in infra: a task has so many processors, and runs a serving process on each. */
export const processesPerTask = 2;
/** A node of Redis, cache.r7g.large. */
const redisNodeGb = 13;
/** The largest instance of Postgres that the model takes: 64 processors, 512 GB. */
export const largestUnits = 32;
const unitGb = 16;
/** The largest volume of RDS: 64 TiB. */
export const largestVolumeGb = 64 * 1.0995e3;
/** How full writer and volume may be. */
const databaseLoad = 0.7;
/** Of an instance's memory, what an index may have. */
export const indexShare = 0.7;
const holdSeconds = 300;
const claimSeconds = 7_200;
const scoreCacheSeconds = 3_600;
/** Redis keeps what a visitor was shown for so long; about half of a month's visitors see a capped ad. */
const cappedShare = 0.5;
/** What visitors have seen is kept for a week: so many of a month's have seen an ad in it. */
const touchedShare = 0.6;
const scoreBytes = 500;
/** Parquet is some eight times smaller than JSON (infra reckons with the same). */
const parquetShare = 1 / 8;

/** The whole plan. Pure: the same numbers give the same plan. */
export function planOf(assumed: Assumed): Plan {
  const traffic = trafficOf(assumed);
  return {
    assumed,
    traffic,
    serving: servingPlan(assumed, traffic),
    redis: redisPlan(assumed, traffic),
    ledger: ledgerPlan(assumed, traffic),
    scores: scoresPlan(assumed, traffic),
    stream: streamPlan(assumed, traffic),
    outGbMonth: outGbMonth(traffic),
  };
}

function busyCores(assumed: Assumed, rates: Traffic["peak"]): number {
  const micros =
    rates.filled * measured.cpuMicrosFill +
    (rates.ads - rates.filled) * measured.cpuMicrosAd +
    (rates.requests - rates.filled) * measured.cpuMicrosNoFill +
    rates.bids * measured.cpuMicrosBid +
    (rates.bidRequests - rates.bids) * measured.cpuMicrosNoBid +
    rates.events * measured.cpuMicrosEvent +
    rates.activity * measured.cpuMicrosActivity;
  return (micros / 1e6) * assumed.machine;
}

function servingPlan(assumed: Assumed, { mean, peak }: Traffic): ServingPlan {
  // As many in each zone, and those of all but one carry everything.
  const tasksFor = (cores: number): number =>
    assumed.zones * Math.ceil(cores / assumed.processLoad / processesPerTask / (assumed.zones - 1));
  const cores = busyCores(assumed, peak);
  // While a snapshot is made anew the one before is there, too.
  const snapshots = 2 * assumed.campaigns * measured.snapshotBytesCampaign;
  return {
    busyCores: cores,
    processes: Math.ceil(cores / assumed.processLoad),
    tasks: tasksFor(cores),
    paidTasks: tasksFor(busyCores(assumed, mean)),
    memoryGbTask: (processesPerTask * (snapshots + measured.processMegabytes * 1e6)) / 1e9,
  };
}

function redisPlan(assumed: Assumed, { peak, dailyVisitors }: Traffic): RedisPlan {
  const holding =
    peak.filled * measured.redisMicrosFill +
    (peak.ads - peak.filled) * measured.redisMicrosAd +
    peak.bids * measured.redisMicrosBid;
  const counting = peak.events * measured.redisMicrosEvent;
  const reading = (peak.requests - peak.filled) * measured.redisMicrosNoFill;
  const busyMoneyThreads = ((holding + counting) / 1e6) * assumed.machine;
  const busyThreads = busyMoneyThreads + (reading / 1e6) * assumed.machine;
  const visitorsInCache = (dailyVisitors * scoreCacheSeconds * assumed.peakHour) / 86_400;
  const bytes =
    (peak.ads + peak.bids) * holdSeconds * measured.redisBytesHold +
    peak.events * claimSeconds * measured.redisBytesEvent +
    visitorsInCache * assumed.storedShare * measured.redisBytesVisitor +
    assumed.monthlyVisitors * assumed.storedShare * cappedShare * measured.redisBytesCaps +
    assumed.monthlyVisitors * assumed.storedShare * touchedShare * measured.redisBytesTouches;
  const memoryGb = bytes / 1e9;
  const shardsByTime = Math.ceil(busyThreads / assumed.redisLoad);
  const shardsByMemory = Math.ceil(memoryGb / (redisNodeGb * assumed.redisFill));
  return {
    commands: peak.requests * assumed.storedShare + 2 * (peak.filled + peak.bids) + peak.events,
    busyThreads,
    busyMoneyThreads,
    memoryGb,
    shardsByTime,
    shardsByMemory,
    shards: Math.max(3, shardsByTime, shardsByMemory),
  };
}

function ledgerPlan(assumed: Assumed, { mean, peak }: Traffic): LedgerPlan {
  const rowsMonth = aMonth(mean.events);
  const gbMonth = (rowsMonth * measured.ledgerBytesRow) / 1e9;
  const keyGbMonth = (rowsMonth * measured.ledgerKeyBytesRow) / 1e9;
  // Ids in time's order would leave two days of the index in use, those of late events.
  const unitsFor = (keyGb: number): number =>
    Math.min(largestUnits, 2 ** Math.max(1, Math.ceil(Math.log2(keyGb / indexShare / unitGb))));
  const gbKept = gbMonth * assumed.ledgerMonths;
  const writers = peak.events / measured.ledgerRowsPerSecond;
  const databases = Math.ceil(Math.max(writers, gbKept / largestVolumeGb) / databaseLoad);
  return {
    rows: peak.events,
    rowsMonth,
    gbMonth,
    keyGbMonth,
    gbKept,
    units: unitsFor(keyGbMonth / databases),
    unitsInOrder: unitsFor(keyGbMonth / databases / 15),
    databases,
  };
}

function scoresPlan(assumed: Assumed, { mean, peak }: Traffic): ScoresPlan {
  const read = assumed.storedShare * assumed.missedShare;
  const scored = assumed.monthlyVisitors * assumed.storedShare;
  return {
    reads: peak.requests * read,
    readsMonth: aMonth(mean.requests * read),
    // Every night, a new model's item for each.
    writesMonth: scored * 30,
    gb: (2 * scored * scoreBytes) / 1e9,
  };
}

function eventBytes(rates: Traffic["peak"]): number {
  return (
    rates.filled * measured.eventBytesDecision +
    rates.bids * measured.eventBytesBid +
    rates.events * measured.eventBytesAd +
    rates.activity * measured.eventBytesActivity
  );
}

function streamPlan(assumed: Assumed, { mean, peak }: Traffic): StreamPlan {
  const packedMegabytes = (eventBytes(peak) * measured.packedShare) / 1e6;
  const jsonGbMonth = aMonth(eventBytes(mean)) / 1e9;
  return {
    events: peak.filled + peak.bids + peak.events + peak.activity,
    packedMegabytes,
    shards: Math.max(2, Math.ceil(packedMegabytes / assumed.shardLoad)),
    jsonGbMonth,
    lakeGb: jsonGbMonth * parquetShare * assumed.lakeMonths,
  };
}

/** Of answers, with some 200 bytes of their heads. */
function outGbMonth({ mean }: Traffic): number {
  const head = 200;
  const bytes =
    mean.filled * (measured.answerBytesFill + head) +
    (mean.requests - mean.filled) * (measured.answerBytesNoFill + head) +
    mean.bids * (measured.answerBytesBid + head) +
    (mean.bidRequests - mean.bids + mean.events + mean.activity) * head;
  return aMonth(bytes) / 1e9;
}
