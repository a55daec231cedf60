import { availableParallelism, loadavg } from "node:os";
import { startLoad } from "../../test/faults/load.ts";
import { until } from "../../test/support/until.ts";
import { type Audit, addToBooks, audit, type ReadersBooks, unwrittenIn } from "./books.ts";
import type { Fault, Scene } from "./fault.ts";
import { deadlineMs, type Shop, type Town } from "./town.ts";
import { sumOfMetric, type Watch, watchReadiness } from "./watch.ts";

/** One line of the table. */
export interface Outcome {
  readonly fault: Fault;
  readonly requests: number;
  /** Without an answer of a node. */
  readonly lost: number;
  /** Answers other than 200. */
  readonly errors: number;
  readonly slowestMs: number;
  /** Impressions that are lost, invented, or of a wrong amount, and budgets that were passed: 0, or the house is on fire. */
  readonly moneyWrong: number;
  readonly recoverMs: number;
  /** Promises that were broken; empty = none. */
  readonly wrong: readonly string[];
}

/** What the town has sold in all runs so far. */
export interface Run {
  readonly town: Town;
  readonly books: ReadersBooks;
  readonly shops: Shop[];
  readonly paid: Shop;
  readonly other: Shop;
}

const readers = 8;
const readingMs = 50;
/** So many of the last pages show a paid ad: selling is as before. A busy machine is late now and then. */
const [pagesOfProof, pagesLookedAt] = [16, 20];
const recoverWithinMs = 60_000;
const settleWithinMs = 60_000;
/** A busy machine makes some wait whatever a server does. */
const lateShare = 0.005;
/** Of the machine and the balancer, beside the turns that readers miss. */
const marginMs = 200;
/** On a busy machine a store may be late for one look, which is remembered for a second. */
const blipMs = 2_500;
const smallBudgetMicros = 3_000_000;
const smallBidMicros = 10_000_000;

/** Strikes once under steady load, and looks at everything that was promised. */
export async function runFault(run: Run, fault: Fault): Promise<Outcome> {
  const { town, paid, other } = run;
  const wrong: string[] = [];
  // Sells first as it pays most, and its money ends in the middle of the fault.
  const small = await town.openShop({
    bidMicros: smallBidMicros,
    totalBudgetMicros: smallBudgetMicros,
  });
  run.shops.push(small);
  const lostBefore = await sumOfMetric(town, "atelier_spool_lost");
  const load = startLoad(town.balancer.url, {
    readers,
    readingMs,
    headers: (number) => ({ "x-forwarded-for": `10.0.${number % 250}.1` }),
  });
  const watch = watchReadiness(town);
  await until(() => soldOf(load, small) > 20 && load.pages.length > 100, 20_000);
  let liftedAtMs = performance.now();
  const scene: Scene = {
    ...{ town, load, paid, other, books: run.books },
    lifted: () => {
      liftedAtMs = performance.now();
    },
    wrong: (what) => void wrong.push(what),
  };
  await fault.run(scene).catch((error: unknown) => void wrong.push(`the fault itself: ${error}`));
  const recoveredAtMs = await recovery(scene, fault, watch, liftedAtMs, wrong);
  await until(() => load.since(recoveredAtMs).length > 60, 20_000).catch(() => undefined);
  await watch.stop();
  await load.stop();
  addToBooks(run.books, load);
  wrong.push(...toldWrong(fault, watch));
  const told = (await sumOfMetric(town, "atelier_spool_lost")) - lostBefore;
  const checked = await settle(run, fault, Math.max(0, told), wrong);
  wrong.push(...answeredWrong(fault, load));
  return {
    fault,
    wrong,
    requests: load.pages.length + load.pixels.length,
    ...countsOf(load),
    moneyWrong: moneyWrongOf(checked, fault.mayLoseTold ? told : 0),
    recoverMs: recoveredAtMs - liftedAtMs,
  };
}

const soldOf = ({ shown }: Scene["load"], { campaignId }: Shop): number =>
  [...shown.values()].filter((id) => id === campaignId).length;

/** Until nodes are well and paid ads are back; when that was. */
async function recovery(
  scene: Scene,
  fault: Fault,
  watch: Watch,
  liftedAtMs: number,
  wrong: string[],
): Promise<number> {
  const { load, town } = scene;
  const isSelling = (): boolean => {
    const last = load.since(liftedAtMs).slice(-pagesLookedAt);
    const isPaid = ({ ads }: (typeof last)[number]) => ads.length > 0;
    return last.length === pagesLookedAt && last.filter(isPaid).length >= pagesOfProof;
  };
  const isRecovered = async () =>
    isSelling() &&
    watch.isWellSince(liftedAtMs) &&
    town.balancer.readyCount() === town.nodes.length &&
    (await (fault.isOver?.(scene) ?? true));
  await until(isRecovered, recoverWithinMs).catch(() => {
    wrong.push(`not as before after ${recoverWithinMs / 1_000} s`);
  });
  return performance.now();
}

/** What is promised of time is promised of a machine that has a processor for whoever wants one: how far this one is from it. */
function stretch(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

/** What `/readyz` had to say and did not, or said for seconds without a reason. */
function toldWrong({ tells, mayTell = [] }: Fault, { told }: Watch): readonly string[] {
  const silent = tells.filter((reason) => !told.has(reason));
  const falseAlarms = [...told].filter(
    ([reason, forMs]) => forMs > blipMs * stretch() && ![...tells, ...mayTell].includes(reason),
  );
  return [
    ...silent.map((reason) => `/readyz did not say ${reason}`),
    ...falseAlarms.map(
      ([reason, forMs]) => `/readyz said ${reason} for ${(forMs / 1_000).toFixed(1)} s`,
    ),
  ];
}

function answeredWrong(fault: Fault, load: Scene["load"]): readonly string[] {
  const { lost, errors } = countsOf(load);
  const latestMs = (deadlineMs + marginMs) * stretch() + 4 * load.longestTurnMs();
  const answers = [...load.pages, ...load.pixels];
  const late = answers.filter(({ latencyMs }) => latencyMs > latestMs).length;
  return [
    ...(lost > 0 && !fault.mayLoseRequests ? [`${lost} requests without an answer`] : []),
    ...(errors > 0 ? [`${errors} answers that are no 200`] : []),
    ...(late > answers.length * lateShare && !fault.mayLoseRequests
      ? [`${late} answers later than ${latestMs.toFixed(0)} ms`]
      : []),
  ];
}

function countsOf({ pages, pixels }: Scene["load"]) {
  const all = [...pages, ...pixels];
  // The balancer's own answers for a node that gave none.
  const isLost = ({ status }: { readonly status: number }) => [0, 502, 503].includes(status);
  const lost = all.filter(isLost).length;
  const answered = all.filter((one) => !isLost(one));
  return {
    lost,
    errors: answered.filter(({ status }) => status !== 200).length,
    slowestMs: answered.reduce((most, { latencyMs }) => Math.max(most, latencyMs), 0),
  };
}

/** Until the last event is where it belongs; then what the books say. */
async function settle(
  { town, books, shops }: Run,
  fault: Fault,
  toldLost: number,
  wrong: string[],
): Promise<Audit> {
  const waits = ["atelier_spool_waiting_bytes", "atelier_stream_spool_bytes"] as const;
  const isQuiet = async (): Promise<boolean> => {
    const waiting = await Promise.all(waits.map((name) => sumOfMetric(town, name)));
    return waiting.every((bytes) => bytes === 0) && (await unwrittenIn(town.redisUrl())) === 0;
  };
  let seen: Audit | null = null;
  const isRight = async (): Promise<boolean> => {
    if (!(await isQuiet().catch(() => false))) return false;
    seen = await audit(town, books, shops);
    return problemsOf(seen, fault, toldLost).length === 0;
  };
  await until(isRight, settleWithinMs).catch(() => undefined);
  const last = seen ?? (await audit(town, books, shops));
  blame(books, last);
  wrong.push(...problemsOf(last, fault, toldLost));
  return last;
}

function problemsOf(found: Audit, fault: Fault, toldLost: number): readonly string[] {
  const mayBeLost = fault.mayLoseTold ? toldLost : 0;
  const { lost, invented, wrongAmounts, notInStream, notInLedger } = found;
  const problems: readonly (readonly [boolean, string])[] = [
    [lost.length > mayBeLost, `${lost.length} answered impressions are not in the ledger`],
    [invented.length > 0, `${invented.length} rows of the ledger are nobody's`],
    [wrongAmounts.length > 0, `${wrongAmounts.length} rows of a wrong amount`],
    [found.overspentMicros > 0, `${found.overspentMicros} micros beyond budgets`],
    [found.counters > 0, `${found.counters} counters in Redis are not the ledger's`],
    [
      notInStream.length > 0 && !fault.mayLoseEvents,
      `${notInStream.length} impressions are not in the stream`,
    ],
    [notInLedger.length > 0, `${notInLedger.length} impressions of the stream are in no ledger`],
  ];
  return problems.flatMap(([isBroken, what]) => (isBroken ? [what] : []));
}

function moneyWrongOf({ lost, ...found }: Audit, mayBeLost: number): number {
  const { invented, wrongAmounts, overspentMicros } = found;
  const beyond = overspentMicros > 0 ? 1 : 0;
  return Math.max(0, lost.length - mayBeLost) + invented.length + wrongAmounts.length + beyond;
}

/** The next fault answers for what is new. */
function blame({ blamed }: ReadersBooks, found: Audit): void {
  const { lost, invented, wrongAmounts, notInStream, notInLedger } = found;
  for (const ids of [lost, invented, wrongAmounts, notInStream, notInLedger])
    for (const id of ids) blamed.add(id);
}
