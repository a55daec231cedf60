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
  /** Answers that somebody decided, in a second of the flood. */
  readonly decidedPerSecond: number;
  /** Of those, the ones with an ad. */
  readonly filledPerSecond: number;
  readonly shedPerSecond: number;
  /** Other statuses, and connections that ended. */
  readonly errors: number;
  /** From the time at which a request was planned to its whole answer. */
  readonly decided: Percentiles;
  readonly shed: Percentiles;
  /** From that time until it was written: the generator's own part, and waiting for a free connection. */
  readonly late: Percentiles;
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
    filled: 0,
    errors: 0,
  };
  const all = Array.from({ length: order.connections }, () => openConnection(order.port));
  const free = [...all];
  const waiting = createQueue();
  const beganMs = performance.now();
  let sent = 0;
  let open = 0;
  let isOver = false;
  const settle = (answer: Answer, dueMs: number): void => {
    if (dueMs - beganMs < unawareMs) return;
    const micros = (performance.now() - dueMs) * 1_000;
    if (answer?.status !== 200) {
      counts.errors++;
      return;
    }
    const isShed = answer.body.includes('"overloaded":true');
    counts[isShed ? "shed" : "decided"].record(micros);
    if (!isShed && answer.body.includes('"campaignId"')) counts.filled++;
  };
  const send = (connection: Connection, dueMs: number): void => {
    counts.late.record((performance.now() - dueMs) * 1_000);
    open++;
    connection.send(order.requests[sent++ % order.requests.length]!, (answer) => {
      open--;
      settle(answer, dueMs);
      const next = isOver ? undefined : waiting.shift();
      if (next === undefined) free.push(connection);
      else send(connection, next);
    });
  };
  await planned(order, beganMs, (dueMs) => {
    const connection = free.pop();
    if (connection === undefined) waiting.push(dueMs);
    else send(connection, dueMs);
  });
  await drained(() => open === 0);
  isOver = true;
  counts.errors += waiting.count();
  for (const connection of all) connection.close();
  return figuresOf(counts, order.seconds - unawareMs / 1_000);
}

type Answer = { readonly status: number; readonly body: Buffer } | null;

function figuresOf(
  counts: {
    readonly decided: ReturnType<typeof createHistogram>;
    readonly shed: ReturnType<typeof createHistogram>;
    readonly late: ReturnType<typeof createHistogram>;
    readonly filled: number;
    readonly errors: number;
  },
  seconds: number,
): FloodFigures {
  const [decided, shed] = [percentilesOf(counts.decided), percentilesOf(counts.shed)];
  return {
    decidedPerSecond: decided.count / seconds,
    filledPerSecond: counts.filled / seconds,
    shedPerSecond: shed.count / seconds,
    errors: counts.errors,
    decided,
    shed,
    late: percentilesOf(counts.late),
  };
}

function createQueue() {
  const times: number[] = [];
  let first = 0;
  return {
    push: (timeMs: number): void => void times.push(timeMs),
    shift: (): number | undefined => (first < times.length ? times[first++] : undefined),
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
