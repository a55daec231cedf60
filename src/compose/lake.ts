import type { Config } from "../config.ts";
import { runLakePass } from "../jobs/lakePass.ts";
import type { LakeKeeping, LakePass } from "../jobs/lakePorts.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Check } from "../routes/health.ts";
import type { LakePlace } from "../stores/lake/openStorage.ts";
import type { Log } from "./log.ts";
import { describe } from "./stores.ts";

/** The job that takes event files into the lake, beside a server. */
export interface LakeJob {
  readonly check: Check;
  /** One pass, without waiting for its timer. Rejects when it fails. */
  readonly passOnce: () => Promise<void>;
  readonly start: () => void;
  /** Ends a pass that is under way: the next one goes on where it was. */
  readonly stop: () => Promise<void>;
}

const passEveryMs = 60_000;
/** A server that has just started has better things to do. */
const firstPassMs = 15_000;
const backlogBytes = 4_194_304;
/** The ledger is half a second behind the counting, the stream as well. */
const settledMs = 120_000;
/** Passes fail for as long before somebody should look. */
const staleMs = 600_000;

export interface LakePlaces extends LakePlace {
  readonly eventsFolder: string;
}

/** Where the events of this server are written, and its lake. */
export function lakePlaces({
  dataDir,
  eventsDir,
  lakeDir,
  lakeEndpoint = null,
  awsRegion = null,
}: Pick<Config, "dataDir" | "eventsDir" | "lakeDir"> & {
  readonly lakeEndpoint?: string | null;
  readonly awsRegion?: string | null;
}): LakePlaces {
  return {
    lakeFolder: lakeDir ?? `${dataDir}/lake`,
    localFolder: `${dataDir}/lake-here`,
    endpoint: lakeEndpoint,
    region: awsRegion,
    eventsFolder: eventsDir ?? `${dataDir}/events`,
  };
}

interface LakeState {
  passedAtMs: number;
  waitingBytes: number;
  oldestNamedMonth: string | null;
}

/** Runs a pass a minute in a process of its own, and tells how old the last one is. */
export function composeLake(config: Config, metrics: Metrics, log: Log): LakeJob {
  const aborting = new AbortController();
  const state: LakeState = {
    passedAtMs: performance.now(),
    waitingBytes: 0,
    oldestNamedMonth: null,
  };
  const ageMs = () => performance.now() - state.passedAtMs;
  measure(metrics, state, ageMs);
  const passOnce = createPass(config, state, passCounters(metrics), log, aborting.signal);
  const report = (error: unknown): void => {
    if (!aborting.signal.aborted) log.warn({ error: describe(error) }, "the lake was not added to");
  };
  let repeating: Repeating | null = null;
  let first: NodeJS.Timeout | null = null;
  return {
    check: {
      name: "lake",
      required: false,
      run: () => ({ ok: ageMs() < staleMs, detail: { ageMs: Math.round(ageMs()) } }),
    },
    passOnce,
    start() {
      first ??= setTimeout(() => {
        repeating = repeat(passOnce, passEveryMs, report);
      }, firstPassMs);
    },
    async stop() {
      if (first !== null) clearTimeout(first);
      aborting.abort();
      await repeating?.stop();
    },
  };
}

function createPass(
  config: Config,
  state: LakeState,
  count: (pass: LakePass) => void,
  log: Log,
  signal: AbortSignal,
): () => Promise<void> {
  const { eventsFolder, ...place } = lakePlaces(config);
  const passOnce = async (): Promise<void> => {
    const order = {
      ...place,
      sources: [{ name: "events", directory: eventsFolder }],
      databaseUrl: config.databaseUrl,
      settledMs,
      nowMs: Date.now(),
      keptMs: config.eventsKeptHours * 3_600_000,
      visitorSecret: config.visitorSecret,
    };
    const pass = await runLakePass(order, signal);
    state.passedAtMs = performance.now();
    if (pass === null) return;
    state.waitingBytes = pass.waitingBytes;
    count(pass);
    state.oldestNamedMonth = pass.keeping.oldestNamedMonth;
    tellOfKeeping(pass.keeping, log);
    if (pass.rejected > 0)
      log.warn({ rejected: pass.rejected }, "lines of event files are no events");
    // A backlog is worked off at once; what was written since the pass looked waits for the next one.
    if (pass.waitingBytes > backlogBytes && pass.lines > 0 && !signal.aborted) await passOnce();
  };
  return passOnce;
}

/** What was taken out of the lake for good is in the log, without saying whose it was. */
function tellOfKeeping(keeping: LakeKeeping, log: Log): void {
  const { oldestNamedMonth: _oldest, ...done } = keeping;
  const hasDone = Object.values(done).some((one) => (Array.isArray(one) ? one.length : one) !== 0);
  if (hasDone) log.info(done, "the lake was kept within its limits");
}

/** Whole months since the first instant of a month; 0 = none. */
function monthsSince(month: string | null, nowMs: number): number {
  if (month === null) return 0;
  const [year = 0, number = 1] = month.split("-").map(Number);
  const now = new Date(nowMs);
  return (now.getUTCFullYear() - year) * 12 + now.getUTCMonth() + 1 - number;
}

function measure(metrics: Metrics, state: LakeState, ageMs: () => number): void {
  metrics.gauge(
    "atelier_lake_age_seconds",
    "Since the last pass that took events into the lake",
    () => ageMs() / 1_000,
  );
  metrics.gauge(
    "atelier_lake_waiting_bytes",
    "Bytes of event files that the last pass left for the next one",
    () => state.waitingBytes,
  );
  metrics.gauge(
    "atelier_lake_named_months",
    "Age of the oldest month of the lake whose rows name visitors, by the last pass; 13 is never reached",
    () => monthsSince(state.oldestNamedMonth, Date.now()),
  );
}

function passCounters(metrics: Metrics): (pass: LakePass) => void {
  const events = metrics.counter(
    "atelier_lake_events_total",
    "Lines and ledger entries that passes have read: new to the lake, duplicates, restored from the ledger (which are new too), rejected, of visitors erased since",
    ["outcome"],
  );
  return ({ added, duplicates, restored, rejected, erased }) => {
    for (const [outcome, amount] of Object.entries({
      added,
      duplicates,
      restored,
      rejected,
      erased,
    }))
      events.add(amount, { outcome });
  };
}
