import { setImmediate as nextTurn } from "node:timers/promises";
import { addDays, budgetDayOf } from "../budgets/budgetDay.ts";
import { type CampaignThrottle, packThrottles } from "../budgets/pacing/packedThrottles.ts";
import type { TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import type { PacingRecord, PacingRows } from "../stores/postgres/pacingRows.ts";
import type { ReadSpending } from "../stores/redis/spending.ts";
import type { ThrottleStore } from "../stores/redis/throttles.ts";
import type { Leader } from "./leader.ts";
import type { PacedCampaigns } from "./pacingCampaigns.ts";
import { type LookedAt, lookAt } from "./pacingLook.ts";
import { createPacingTable, type PacingTable, type TableSummary } from "./pacingTable.ts";

export interface PacingJobDeps {
  readonly leader: Leader;
  readonly campaigns: Pick<PacedCampaigns, "all" | "isComplete" | "takeChanged">;
  readonly readSpending: ReadSpending;
  readonly store: Pick<ThrottleStore, "publish">;
  readonly rows: Pick<PacingRows, "save" | "loadAll">;
  readonly history: () => TrafficHistory;
  /** How long an unconfirmed hold lives. */
  readonly holdLifeMs: number;
  /** Told of what went wrong with Postgres: pacing goes on without it. */
  readonly onError: (error: unknown) => void;
}

/** What one pass did. */
export interface PacingPass {
  readonly looked: number;
  readonly published: number;
  readonly tookMs: number;
}

export interface PacingJob {
  /** Looks at every paced campaign and publishes. Null = another node leads. Rejects when Redis is away. */
  readonly runOnce: (nowMs: number) => Promise<PacingPass | null>;
  /** Keeps the lease, and looks at campaigns that came or changed since. Rejects when Redis is away. */
  readonly heartbeatOnce: (nowMs: number) => Promise<PacingPass | null>;
  readonly summary: () => PacingSummary;
}

export interface PacingSummary extends LastPass {
  readonly leading: boolean;
}

/** The last look at all campaigns; zeros on a node that does not lead. */
interface LastPass extends TableSummary {
  readonly pass: PacingPass | null;
}

const noPass: LastPass = { pass: null, paced: 0, throttled: 0, meanDeviation: 0 };

/** So many campaigns are looked at, or stored, without giving way to requests: about 2 ms. */
const campaignsPerTurn = 250;

/**
 * The pacing controller of all campaigns. Every node has one; the one that holds the lease works. What it publishes
 * carries its fencing token: a leader that was frozen and replaced publishes nothing any more.
 */
export function createPacingJob(deps: PacingJobDeps): PacingJob {
  let led: Led | null = null;
  let last: LastPass = noPass;
  let queue: Promise<unknown> = Promise.resolve();

  const pass = async (nowMs: number, onlyChanged: boolean): Promise<PacingPass | null> => {
    led = await lead(deps, led, nowMs);
    if (led === null) return null;
    const changed = deps.campaigns.takeChanged();
    const isWhole = !onlyChanged || led.table.isEmpty();
    if (!isWhole && changed.length === 0) return null;
    const startedMs = performance.now();
    const looked = await lookAtAll(deps, led.table, isWhole ? null : changed, nowMs);
    const published = await publish(deps, led, changed, isWhole);
    if (published === null) {
      deps.leader.deposed();
      led = null;
      return null;
    }
    await saveDue(deps, led.table, nowMs);
    const done = { looked, published, tookMs: performance.now() - startedMs };
    if (isWhole) last = { pass: done, ...led.table.summary() };
    return done;
  };
  const inTurn = (nowMs: number, onlyChanged: boolean): Promise<PacingPass | null> => {
    const turn = queue.then(() => pass(nowMs, onlyChanged));
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    runOnce: (nowMs) => inTurn(nowMs, false),
    heartbeatOnce: (nowMs) => inTurn(nowMs, true),
    summary: () => ({ leading: deps.leader.isLeading(), ...(led === null ? noPass : last) }),
  };
}

/** One term of leading. */
interface Led {
  readonly token: string;
  readonly table: PacingTable;
}

/** The term goes on, a new one begins, or (null) another node leads. */
async function lead(deps: PacingJobDeps, led: Led | null, nowMs: number): Promise<Led | null> {
  if (!deps.campaigns.isComplete()) return null;
  const token = await deps.leader.lead(nowMs);
  if (token === null || token === led?.token) return token === null ? null : led;
  // Somebody else may have led meanwhile, or nobody: what is stored is the newest that is known.
  const records = await loadRecords(deps, nowMs);
  const paced = records.filter(({ campaignId }) => deps.campaigns.all.has(campaignId));
  return { token, table: createPacingTable(paced) };
}

async function loadRecords(deps: PacingJobDeps, nowMs: number): Promise<readonly PacingRecord[]> {
  try {
    // Yesterday's are of use too: they know the campaigns' supply.
    return await deps.rows.loadAll(addDays(budgetDayOf(nowMs), -1));
  } catch (error) {
    deps.onError(error);
    return [];
  }
}

/** Looks at the campaigns with these ids (null = at all), in slices between which requests are served. */
async function lookAtAll(
  deps: PacingJobDeps,
  table: PacingTable,
  only: readonly number[] | null,
  nowMs: number,
): Promise<number> {
  const { all } = deps.campaigns;
  const wanted =
    only === null ? [...all.values()] : only.flatMap((campaignId) => all.get(campaignId) ?? []);
  const day = budgetDayOf(nowMs);
  let looked = 0;
  for (let from = 0; from < wanted.length; from += campaignsPerTurn) {
    const slice = wanted.slice(from, from + campaignsPerTurn);
    const history = deps.history();
    for (const counters of await deps.readSpending(slice, day)) {
      const campaign = all.get(counters.campaignId);
      if (campaign === undefined) continue;
      const known: LookedAt | null = table.get(counters.campaignId);
      const look = { campaign, known, counters, history, day, nowMs, holdLifeMs: deps.holdLifeMs };
      table.set(lookAt(look));
      looked++;
    }
    await nextTurn();
  }
  return looked;
}

/** Answers how many throttles were published; null when another node leads. */
async function publish(
  deps: PacingJobDeps,
  { table, token }: Led,
  changed: readonly number[],
  isPass: boolean,
): Promise<number | null> {
  for (const campaignId of changed)
    if (!deps.campaigns.all.has(campaignId)) table.forget(campaignId);
  const news = table.takeNews();
  // A pass is told even when it changed nothing: throttles that get no younger mean that nobody paces.
  if (news.length === 0 && !isPass && !table.needsWhole()) return 0;
  const send = (whole: readonly CampaignThrottle[] | null) =>
    deps.store.publish(token, packThrottles(news), whole === null ? null : packThrottles(whole));
  try {
    let outcome = await send(table.needsWhole() ? table.whole() : null);
    if (outcome === "table_needed") {
      table.notPublished();
      outcome = await send(table.whole());
    }
    if (outcome === "fenced") return null;
  } catch (error) {
    table.notPublished();
    throw error;
  }
  table.published(news.length);
  return news.length;
}

async function saveDue(deps: PacingJobDeps, table: PacingTable, nowMs: number): Promise<void> {
  const due = table.takeUnsaved(nowMs);
  for (let from = 0; from < due.length; from += campaignsPerTurn) {
    try {
      await deps.rows.save(due.slice(from, from + campaignsPerTurn));
    } catch (error) {
      deps.onError(error);
      return;
    }
  }
}
