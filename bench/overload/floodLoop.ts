import { type Connection, openConnection } from "../latency/connection.ts";
import { createHistogram, type Percentiles, percentilesOf } from "../latency/histogram.ts";

export interface Flood {
  readonly port: number;
  readonly requests: readonly Buffer[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface FloodFigures {
  /** Answers that somebody decided, in a second from the first that is counted to the last answer of all. */
  readonly decidedPerSecond: number;
  /** Of those, the ones with an ad. */
  readonly filledPerSecond: number;
  readonly shedPerSecond: number;
  /** Other statuses, and connections that ended. */
  readonly errors: number;
  /** From the time at which a request was planned to its whole answer. */
  readonly decided: Percentiles;
  readonly shed: Percentiles;
  /** From that time until the generator came to it: its own part. */
  readonly late: Percentiles;
  /** From then until it was written: that all connections were waiting for the server. */
  readonly queued: Percentiles;
  /** All that was answered, also of the first second: what the server's processor was used for. */
  readonly whole: { readonly decided: number; readonly shed: number };
  /** What the generator used of a processor. */
  readonly senderShare: number;
}

/** What was planned in the first second of a flood is answered, but not counted: the server is taken unawares. */
const unawareMs = 1_000;

/**
 * Sends requests at their planned times, whether or not earlier ones were answered, and tells those that were decided from those
 * that were sent away. A request that finds no free connection waits, and that counts.
 */
export async function flood(order: Flood): Promise<FloodFigures> {
  const counts = {
    decided: createHistogram(),
    shed: createHistogram(),
    late: createHistogram(),
    queued: createHistogram(),
    whole: { decided: 0, shed: 0 },
    filled: 0,
    errors: 0,
  };
  const all = Array.from({ length: order.connections }, () => openConnection(order.port));
  const free = [...all];
  const waiting = createQueue();
  const beganMs = performance.now();
  const before = process.cpuUsage();
  let sent = 0;
  let open = 0;
  let isOver = false;
  let lastMs = beganMs + order.seconds * 1_000;
  const settle = (answer: Answer, dueMs: number): void => {
    const nowMs = performance.now();
    const micros = (nowMs - dueMs) * 1_000;
    lastMs = Math.max(lastMs, nowMs);
    const isEarly = dueMs - beganMs < unawareMs;
    if (answer?.status !== 200) {
      if (!isEarly) counts.errors++;
      return;
    }
    const isShed = answer.body.includes('"overloaded":true');
    const kind = isShed ? "shed" : "decided";
    counts.whole[kind]++;
    if (isEarly) return;
    counts[kind].record(micros);
    if (!isShed && answer.body.includes('"campaignId"')) counts.filled++;
  };
  const send = (connection: Connection, dueMs: number, seenMs: number): void => {
    counts.queued.record((performance.now() - seenMs) * 1_000);
    open++;
    connection.send(order.requests[sent++ % order.requests.length]!, (answer) => {
      open--;
      settle(answer, dueMs);
      const next = isOver ? undefined : waiting.shift();
      if (next === undefined) free.push(connection);
      else send(connection, ...next);
    });
  };
  await planned(order, beganMs, (dueMs) => {
    const seenMs = performance.now();
    counts.late.record((seenMs - dueMs) * 1_000);
    const connection = free.pop();
    if (connection === undefined) waiting.push([dueMs, seenMs]);
    else send(connection, dueMs, seenMs);
  });
  await drained(() => open === 0);
  isOver = true;
  counts.errors += waiting.count();
  for (const connection of all) connection.close();
  const { user, system } = process.cpuUsage(before);
  const senderShare = (user + system) / 1_000 / (performance.now() - beganMs);
  return { ...figuresOf(counts, (lastMs - beganMs - unawareMs) / 1_000), senderShare };
}

type Answer = { readonly status: number; readonly body: Buffer } | null;

type Counted = ReturnType<typeof createHistogram>;

interface Counts extends Pick<FloodFigures, "whole"> {
  readonly decided: Counted;
  readonly shed: Counted;
  readonly late: Counted;
  readonly queued: Counted;
  readonly filled: number;
  readonly errors: number;
}

function figuresOf(counts: Counts, seconds: number): Omit<FloodFigures, "senderShare"> {
  const [decided, shed] = [percentilesOf(counts.decided), percentilesOf(counts.shed)];
  return {
    decidedPerSecond: decided.count / seconds,
    filledPerSecond: counts.filled / seconds,
    shedPerSecond: shed.count / seconds,
    errors: counts.errors,
    decided,
    shed,
    late: percentilesOf(counts.late),
    queued: percentilesOf(counts.queued),
    whole: counts.whole,
  };
}

/** Planned and seen, ms. */
type Waiting = readonly [dueMs: number, seenMs: number];

function createQueue() {
  const times: Waiting[] = [];
  let first = 0;
  return {
    push: (one: Waiting): void => void times.push(one),
    shift: (): Waiting | undefined => (first < times.length ? times[first++] : undefined),
    count: (): number => times.length - first,
  };
}

/** Even gaps; what is due together is sent together, once a millisecond. */
function planned(
  { perSecond, seconds }: Flood,
  beganMs: number,
  due: (dueMs: number) => void,
): Promise<void> {
  const total = perSecond * seconds;
  let next = 0;
  return new Promise((resolve) => {
    const tick = (): void => {
      const reached = Math.min(total, ((performance.now() - beganMs) * perSecond) / 1_000);
      for (; next < reached; next++) due(beganMs + (next * 1_000) / perSecond);
      if (next >= total) resolve();
      else setTimeout(tick, 1);
    };
    tick();
  });
}

/** Whoever is not answered ten seconds after the last request never is. */
async function drained(isSo: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + 10_000;
  while (!isSo() && performance.now() < giveUpMs)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
